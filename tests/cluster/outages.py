"""What happens to the server and to the schema, on a real API server. Each disturbs all others."""

import re
import shlex

from tests.cluster.controlplane import KubectlFailed
from tests.cluster.server import ROOT
from tests.cluster.world import ClusterWorld
from tests.scenarios import Scenario, pipeline
from tests.scenarios.document import (
    CHILD,
    CONTENT,
    NAME,
    becomes,
    manifest,
    publish,
    published,
    withdraw,
)

# What a caller says when nobody listens, and of a server that goes while it is called.
NOBODY = "(?i)connection refused|connect: broken pipe"
GONE = "|".join(
    (
        *(NOBODY, "reset", "EOF", "use of closed network", "write: broken pipe"),
        *("Remote end closed", "RemoteDisconnected"),
    )
)

MOST_REPLICAS = 1000
MAXIMUM = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/replicas/maximum"
ANOTHER_VERSION = "hooks.app:create_app(version='9.9.9')"
FORMAT = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/format/enum"


def a_lost_server_loses_nothing(world: ClusterWorld) -> None:
    publish(world)
    world.server.kill()
    world.patch("Document", NAME, {"spec": {"content": "edited meanwhile"}})
    world.settle()
    assert published(world)["data"] == {"content.md": CONTENT}
    world.delete("Document", NAME)
    world.settle()
    assert world.get("Document", NAME) is not None
    world.server.start()
    world.eventually("the Document is gone", lambda: world.get("Document", NAME) is None)
    assert world.get("ConfigMap", CHILD) is None
    publish(world)


def a_stuck_finalizer_can_be_broken(world: ClusterWorld) -> None:
    """The README's last resort, when there are no hooks any more that could let go."""
    publish(world)
    world.server.kill()
    world.delete("Document", NAME)
    world.settle()
    (command,) = re.findall(
        r"^    kubectl (patch KIND .+)$", (ROOT / "README.md").read_text(), re.M
    )
    given = {"KIND": "document", "NAME": NAME, "NAMESPACE": world.namespace}
    words = [given.get(word, word) for word in shlex.split(command)]
    world.control_plane.kubectl(*words)
    world.eventually("the Document is gone", lambda: world.get("Document", NAME) is None)
    world.eventually("its child is collected", lambda: world.get("ConfigMap", CHILD) is None)
    world.server.start()


def another_version_changes_nothing(world: ClusterWorld) -> None:
    """First it lets the engine wait in silence, later an event says what to do.

    With a body that no socket buffer holds, since what is sent away unread breaks the connection.
    """
    publish(world, content="x" * 100_000)
    world.settle()  # else a call may meet the moment in which no server listens
    world.server.restart(app=ANOTHER_VERSION)
    before = world.writes()
    world.patch("Document", NAME, {"spec": {"content": "edited meanwhile"}})
    world.patch("ConfigMap", CHILD, {"data": {"content.md": "by hand"}})
    world.settle()
    assert world.writes() == before
    events = world.kubectl("get", "events").splitlines()
    told = [line for line in events if "SyncError" in line and not re.search(NOBODY, line)]
    assert told == []
    assert published(world)["data"] == {"content.md": "by hand"}
    world.server.restart({"ORASI_VERSION_GRACE_SECONDS": "0"}, app=ANOTHER_VERSION)
    world.eventually(
        "an event says what to do",
        lambda: "kubectl apply -k metacontroller/controllers" in world.kubectl("get", "events"),
    )
    world.server.restart()
    becomes(world, "True", "Published")
    assert published(world)["data"] == {"content.md": "edited meanwhile"}


def a_stored_spec_that_became_invalid_is_frozen(world: ClusterWorld) -> None:
    before = publish(world)
    wrong = manifest(format="pdf", content="edited")
    loosened = f'[{{"op": "remove", "path": "{FORMAT}"}}]'
    world.kubectl("patch", "crd", "documents.orasi.io", "--type=json", f"--patch={loosened}")
    try:
        world.eventually("the API server takes it", lambda: taken(world, wrong))
    finally:
        world.control_plane.kubectl("apply", "-k", "manifests/crds", folder=ROOT)
    message = becomes(world, "False", "InvalidSpec")["message"]
    assert "spec.format: Input should be 'text', 'markdown', 'json' or 'yaml'" in message
    assert 'and is "pdf"' in message
    world.patch("ConfigMap", CHILD, {"data": {"content.md": "by hand"}})
    world.settle()
    assert published(world)["data"] == {"content.md": "by hand"}
    assert published(world)["metadata"]["uid"] == before["metadata"]["uid"]
    withdraw(world)


def a_server_lost_in_a_rollout_loses_nothing(world: ClusterWorld) -> None:
    """Kubernetes goes on with what it has; the rest of the way is taken when the server is back."""
    pipeline.run(world, replicas=3)
    (old,) = pipeline.ours(world, "ConfigMap")
    pipeline.edit(world, flows=[pipeline.flow("detailed")])
    world.eventually("a second one is there", lambda: len(pipeline.ours(world, "ConfigMap")) == 2)
    world.server.kill()
    world.settle()
    assert old in pipeline.ours(world, "ConfigMap")
    assert pipeline.serving(world) >= 3
    world.server.start()
    # Else the engine waits out its pause, which grows with each failure, or the next resync.
    world.kubectl("annotate", "pipeline", pipeline.NAME, "example.com/asked=again")
    pipeline.becomes(world, "True", "Running")
    world.eventually("the old one is gone", lambda: old not in pipeline.ours(world, "ConfigMap"))
    assert pipeline.serving(world) == 3


def a_stored_pipeline_that_became_invalid_is_frozen(world: ClusterWorld) -> None:
    before = pipeline.run(world, replicas=2)
    wrong = pipeline.manifest(replicas=MOST_REPLICAS + 1)
    loosened = f'[{{"op": "remove", "path": "{MAXIMUM}"}}]'
    world.kubectl("patch", "crd", "pipelines.orasi.io", "--type=json", f"--patch={loosened}")
    try:
        world.eventually("the API server takes it", lambda: taken(world, wrong))
    finally:
        world.control_plane.kubectl("apply", "-k", "manifests/crds", folder=ROOT)
    message = pipeline.becomes(world, "False", "InvalidSpec")["message"]
    assert f"spec.replicas: Input should be less than or equal to {MOST_REPLICAS}" in message
    assert f"and is {MOST_REPLICAS + 1}" in message
    world.settle()
    after = pipeline.deployment(world)
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert after["spec"] == before["spec"]
    world.delete("Pipeline", pipeline.NAME)
    world.eventually("it is gone", lambda: world.get("Pipeline", pipeline.NAME) is None)
    assert world.get("Deployment", pipeline.CHILD) is None


def taken(world: ClusterWorld, wrong: dict[str, object]) -> bool:
    try:
        world.apply(wrong)
    except KubectlFailed:
        return False
    return True


OUTAGES: tuple[Scenario[ClusterWorld], ...] = (
    *(
        Scenario(run, serial=True, expected_errors=(GONE,))
        for run in (
            a_lost_server_loses_nothing,
            a_stuck_finalizer_can_be_broken,
            a_server_lost_in_a_rollout_loses_nothing,
        )
    ),
    Scenario(
        another_version_changes_nothing,
        serial=True,
        expected_errors=(GONE, "unsupported status code: 503"),
    ),
    Scenario(a_stored_spec_that_became_invalid_is_frozen, serial=True),
    Scenario(a_stored_pipeline_that_became_invalid_is_frozen, serial=True),
)
