"""Document: a text, published as a ConfigMap. Start reading here."""

from hooks.composite import Column, Composite, Outcome
from hooks.contract import Child, SyncRequest
from hooks.frozen import frozen
from hooks.kinds.document.children import config_map
from hooks.kinds.document.model import DocumentSpec, DocumentStatus
from hooks.kinds.document.status import facts, hidden, published, refusal


def sync(request: SyncRequest[DocumentSpec]) -> Outcome:
    # First of all, since withdrawing a text must not wait until its content is mended.
    if request.parent.spec.hidden:
        return Outcome((), (hidden(request),))
    refused = refusal(request)
    if refused:
        return frozen(request, refused)
    return Outcome((config_map(request.parent),), (published(request),))


DOCUMENT = Composite(
    kind="Document",
    plural="documents",
    short_name="doc",
    description=(
        "Document is a text of the lakehouse, published as ConfigMap <name>-document in its "
        "namespace for as long as it is not hidden."
    ),
    spec=DocumentSpec,
    status=DocumentStatus,
    columns=(
        Column("Title", ".spec.metadata.title", description="Title of the document."),
        Column(
            "Hidden", ".status.hidden", "boolean", "Whether the document is hidden and withdrawn."
        ),
    ),
    children=(Child("v1", "ConfigMap", "configmaps"),),
    sync=sync,
    facts=facts,
)
