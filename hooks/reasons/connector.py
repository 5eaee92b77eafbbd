"""Reasons of Connectors."""

from hooks.reasons.reason import Reason
from hooks.reasons.references import IN_USE

READY = ("Ready",)
REACHABLE = ("Reachable",)

# In the order in which they are checked.
WRONG: tuple[Reason, ...] = (
    Reason(
        READY,
        "False",
        "InvalidEndpoint",
        "Nothing can ever be reached there: it is no address.",
        "Mend the endpoint that the message names, such as `otel.example.com:4317`.",
    ),
    Reason(
        READY,
        "False",
        "SharedTopic",
        "One topic of Kafka is to hold two signals, which nobody could tell apart again.",
        "Give each signal a topic of its own.",
    ),
    Reason(
        READY,
        "False",
        "UnusableTLS",
        "`spec.tls` would protect nothing: no connection goes out, or its URL says http.",
        "Do what the message says. A source that listens has `source.otlp.tls`.",
    ),
    Reason(
        READY,
        "False",
        "UnusableAuth",
        "`spec.auth` is of a kind that this source or sink cannot use.",
        "Use the kind that the message names.",
    ),
    Reason(
        READY,
        "False",
        "InsecureAuth",
        "A password or token would be sent without TLS, for anybody on the way to read.",
        "Add `spec.tls`; `{}` is TLS with the usual authorities. For a URL, make it https.",
    ),
    Reason(
        READY,
        "False",
        "InvalidSchedule",
        "The schedule of the probe has a range that goes backwards, or a day that never comes.",
        "Mend `spec.probe.schedule` where the message says.",
    ),
    Reason(
        READY,
        "False",
        "NothingToProbe",
        "There is a probe, and no address that it could try.",
        "Take `spec.probe` away: what only listens is tried by those who send.",
    ),
    Reason(
        READY,
        "False",
        "InvalidPlatformSettings",
        "ConfigMap `orasi-platform` of namespace `orasi`, which has the image of probes, cannot be "
        "used; the message says where. The CronJob stays as it was.",
        "Mend it with `kubectl --namespace orasi edit configmap orasi-platform`, or delete it: "
        "then the defaults hold.",
    ),
)

PROBES: tuple[Reason, ...] = (
    Reason(REACHABLE, "True", "Probed", "The last probe has reached everything.", "Nothing to do."),
    Reason(
        REACHABLE,
        "Unknown",
        "NotProbed",
        "No probe has run yet.",
        "Wait for the schedule, or try at once: `kubectl create job probe-now "
        "--from=cronjob/NAME-connector`.",
    ),
    Reason(
        REACHABLE,
        "Unknown",
        "Probing",
        "A probe is running.",
        "Wait: it ends within three minutes.",
    ),
    Reason(
        REACHABLE,
        "Unknown",
        "Retrying",
        "The last probe has failed, and the next one is running. Ready stays False until one "
        "succeeds.",
        "As for `ProbeFailed`.",
    ),
    Reason(
        REACHABLE,
        "False",
        "ProbeFailed",
        "The last probe has not reached everything, or could not start.",
        "The command in the message shows which address failed at which step: its name, TCP or "
        "TLS. Pipelines that use the Connector are not changed; their collectors try again by "
        "themselves.",
    ),
)

CONNECTOR: tuple[Reason, ...] = (
    Reason(
        READY,
        "True",
        "Accepted",
        "Pipelines can use it. It is judged by what it says, not by whether anybody answers there.",
        "Nothing to do.",
    ),
    Reason(
        READY,
        "True",
        "InsecureSkipVerify",
        "Pipelines can use it, but `spec.tls.insecureSkipVerify` trusts any certificate: whoever "
        "is on the way can read and change everything, credentials included.",
        "Give `spec.tls.caRef` instead, and take `insecureSkipVerify` away.",
    ),
    *WRONG,
    Reason(
        READY,
        "False",
        "Applying",
        "The CronJob of the probe is not there, not as it should be yet, or still there without a "
        "probe; the message names the field.",
        "Wait some seconds. If it lasts, the events of `kubectl describe connector NAME` say what "
        "refuses it. If there are none, a CronJob of that name is somebody else's: delete it or "
        "rename the Connector.",
    ),
    Reason(
        READY,
        "False",
        "Unreachable",
        "The last probe has not reached everything. It stays so until one has.",
        "As for `ProbeFailed` of Reachable.",
    ),
    *PROBES,
    IN_USE,
)
