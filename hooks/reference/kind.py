"""The page of a kind: all that its definition says, as a person reads it."""

from hooks.composite import Composite
from hooks.contract import Manifest
from hooks.reference.fields import reference, rules
from hooks.reference.markdown import block, code, link, page, prose, table
from hooks.reference.skeleton import skeleton
from hooks.reference.sources import Example, Sources

TO_ROOT = "../../"  # from docs/reference/


def kind_page(kind: Composite, definition: Manifest, sources: Sources) -> str:
    """*definition* is the kind's CustomResourceDefinition."""
    version = definition["spec"]["versions"][0]
    schema = version["schema"]["openAPIV3Schema"]
    parts = schema["properties"]
    return page(
        f"# {kind.kind}",
        prose(kind.description),
        facts(kind, definition),
        example(sources.examples_of(kind)),
        "## Object",
        rules([("", each) for each in schema["x-kubernetes-validations"]]),
        "## Spec",
        "All fields at once, with their defaults; `<…>` is for you to write:",
        block("yaml", skeleton("spec", parts["spec"])),
        reference("spec", parts["spec"]),
        "## Status",
        f"What the conditions say, and what to do: {link('Conditions', conditions_of(kind))}.",
        reference("status", parts["status"], defaults=False),
        "## Columns",
        "What `kubectl get` shows, besides the name:",
        columns(version["additionalPrinterColumns"]),
        "## Children",
        children(kind, sources),
    )


def facts(kind: Composite, definition: Manifest) -> str:
    names, version = definition["spec"]["names"], definition["spec"]["versions"][0]
    short = ", ".join(map(code, names["shortNames"]))
    together = ", ".join(code(f"kubectl get {each}") for each in names["categories"])
    lines = [
        f"`apiVersion: {definition['spec']['group']}/{version['name']}`, `kind: {names['kind']}`; "
        "its objects live in a namespace",
        f"`kubectl get {names['plural']}`, in short {short}; with the other kinds: {together}",
        f"`kubectl explain {names['plural']}.spec` describes the fields in a terminal, too",
    ]
    crd = f"{TO_ROOT}manifests/crds/{kind.plural}.yaml"
    lines.append(
        f"{link('The CustomResourceDefinition', crd)} says it to programs, its rules in CEL"
    )
    if "scale" in version["subresources"]:
        lines.append(
            f"`kubectl scale {names['singular']} NAME --replicas=3` works, and so does whatever "
            "uses the scale subresource"
        )
    lines.append(f"{link('What its conditions say, and what to do', conditions_of(kind))}")
    return "".join(f"- {line}\n" for line in lines)


def conditions_of(kind: Composite) -> str:
    return f"conditions.md#{kind.singular}"


def example(examples: list[Example]) -> str:
    if not examples:
        return ""
    shown, *others = examples
    more = [f"- {file(each)}: {prose(each.about)}".rstrip(": ") + "\n" for each in others]
    return page(
        "## Example",
        f"{file(shown)}:",
        block("yaml", shown.text),
        "More:" if more else "",
        "".join(more),
    )


def file(shown: Example) -> str:
    return link(shown.path, f"{TO_ROOT}{shown.path}")


def columns(printed: list[Manifest]) -> str:
    return table(
        ("Column", "Field", "Description"),
        (
            (
                each["name"] + (" (with `-o wide`)" if each.get("priority") else ""),
                code(each["jsonPath"].removeprefix(".")),
                prose(each["description"]),
            )
            for each in printed
        ),
    )


def children(kind: Composite, sources: Sources) -> str:
    """Teardown has an order if there are stages."""
    stages = sorted({child.stage for child in kind.children})
    ordered = len(stages) > 1
    rows = [
        [
            child.kind,
            code(child.api_version),
            "<br>".join(map(code, sources.child_names(kind, child.api_version, child.kind))),
            *([str(1 + stages.index(child.stage))] if ordered else []),
        ]
        for child in kind.children
    ]
    header = ["Kind", "apiVersion", "Name", *(["Deleted"] if ordered else [])]
    order = (
        "When it is deleted, its children go in the order of the last column: the next ones when "
        "those before are gone."
    )
    reads = ", ".join(f"{code(plural)} ({code(version)})" for version, plural in kind.related_kinds)
    return page(
        f"Every child belongs to its {kind.kind} and goes with it. `<name>` is the "
        f"{kind.kind}'s; not every one is needed by every spec.",
        table(header, rows),
        order if ordered else "",
        f"What is only read, and belongs to others: {reads}." if reads else "",
    )
