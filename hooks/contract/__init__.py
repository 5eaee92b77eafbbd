"""Metacontroller's hook version v2 as values: lenient in what is received, strict in what is sent.

Source of every fact here: Metacontroller 4.17.2, API reference of CompositeController and its code.
"""

from hooks.contract.customize import RelatedRule, customize_body, customize_request
from hooks.contract.decorator import (
    DecoratorRequest,
    DecoratorResponse,
    decorator_body,
    decorator_request,
)
from hooks.contract.json import Manifest, decode, encode, encoded_size
from hooks.contract.projection import last_applied, merge_key
from hooks.contract.request import (
    APPLY_CONTROLLERS,
    Child,
    Observed,
    Parent,
    SyncRequest,
    check_known,
    sync_request,
)
from hooks.contract.response import LARGEST_CHILD, SyncResponse, response_body

__all__ = [
    "APPLY_CONTROLLERS",
    "LARGEST_CHILD",
    "Child",
    "DecoratorRequest",
    "DecoratorResponse",
    "Manifest",
    "Observed",
    "Parent",
    "RelatedRule",
    "SyncRequest",
    "SyncResponse",
    "check_known",
    "customize_body",
    "customize_request",
    "decode",
    "decorator_body",
    "decorator_request",
    "encode",
    "encoded_size",
    "last_applied",
    "merge_key",
    "response_body",
    "sync_request",
]
