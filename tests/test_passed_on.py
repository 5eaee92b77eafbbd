"""What would be refused in a child is refused by the name of the author's field."""

import pytest

from hooks.kinds.pipeline.checks import checked
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.passed_on import mistakes
from hooks.kinds.pipeline.refused import Refused
from tests.collector.rendered import request
from tests.passed_on import CASES
from tests.scenarios.pipeline import flow


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_said_with_its_path(name: str) -> None:
    fields, path = CASES[name]
    spec = PipelineSpec.model_validate({"flows": [flow()], **fields})
    if not path:
        checked(request(spec))
        return
    with pytest.raises(Refused) as refused:
        checked(request(spec))
    assert refused.value.reason in ("InvalidSetting", "InvalidResources")
    assert refused.value.message.startswith(path)


def test_a_range_begins_with_its_first_address() -> None:
    """The API server still takes others; what they mean is easily mistaken."""
    block = {"networkPolicy": {"from": [{"ipBlock": {"cidr": "10.0.0.5/8"}}]}}
    (found,) = mistakes(PipelineSpec.model_validate({"flows": [flow()], **block}))
    assert 'spec.networkPolicy.from[0].ipBlock.cidr: "10.0.0.5/8" must be the first' in found
