"""Reasons of Pipelines."""

from hooks.reasons.reason import Reason
from hooks.reasons.references import IN_USE, REFERENCES, SETTINGS

READY = ("Ready",)
CONFIGURED = ("Configured",)
UNSOUND = ("Configured", "Ready")
AVAILABLE = ("Available",)

WHOLE: tuple[Reason, ...] = (
    Reason(READY, "True", "Running", "All pods run this very configuration.", "Nothing to do."),
    Reason(
        READY,
        "True",
        "SwitchedOff",
        "Nothing runs, as `spec.replicas: 0` asks; what is sent to it is refused.",
        "Nothing to do. To switch it on: `kubectl scale pipeline NAME --replicas=1`.",
    ),
    Reason(
        READY,
        "True",
        "NoNodes",
        "The DaemonSet runs nothing, as no node is selected.",
        "Nothing to do, unless there should be some: compare `spec.pod.nodeSelector`, its affinity "
        "and tolerations with `kubectl get nodes --show-labels`.",
    ),
    Reason(
        CONFIGURED,
        "True",
        "Rendered",
        "The configuration is sound as far as the hook can judge, and the ConfigMap that the "
        "message names has it. Each new pod lets the collector judge it, too.",
        "Nothing to do.",
    ),
    Reason(
        AVAILABLE,
        "True",
        "ReplicasAvailable",
        "As many pods serve as are wanted. During a rollout some may still be old ones.",
        "Nothing to do.",
    ),
)

PLATFORM: tuple[Reason, ...] = (
    Reason(
        UNSOUND,
        "False",
        "InvalidPlatformSettings",
        "ConfigMap `orasi-platform` of namespace `orasi` cannot be used; the message says where. "
        "Every Pipeline waits for it; what runs keeps running.",
        "Mend it with `kubectl --namespace orasi edit configmap orasi-platform`, or delete it: "
        "then the defaults hold. The Pipelines go on by themselves.",
    ),
)

# In the order in which they are checked; those of what Configurations bring are in references.
CHECKS: tuple[Reason, ...] = (
    Reason(
        UNSOUND,
        "False",
        "UselessPersistence",
        "There is `spec.persistence`, and no sink that would keep anything on its volumes: only "
        "otlp, kafka, clickhouse and pipeline do, or what `spec.extraConfig` adds.",
        "Send to one of these. Persistence cannot be taken away: create another Pipeline without "
        "it.",
    ),
    Reason(
        UNSOUND,
        "False",
        "InvalidResources",
        "Requests and limits do not fit together, or are beyond what a collector can run with; or "
        "the volume of `spec.persistence` is too small for the queues on it; or autoscaling waits "
        "for more memory than pods use before they refuse data.",
        "Mend `spec.resources` or `spec.autoscaling` where the message says. What is left out of "
        "the resources comes from the platform, and then always fits. The size of a volume cannot "
        "be changed: use fewer sinks, or create another Pipeline.",
    ),
    Reason(
        UNSOUND,
        "False",
        "InvalidSetting",
        "Something that is passed on to pods, Services, policies or volumes would be refused "
        "there: a label that cannot be one, a range of addresses, an operator without a value, an "
        "annotation that means something to the API server.",
        "Mend the field that the message names, as it says.",
    ),
    Reason(
        UNSOUND,
        "False",
        "TooManyReplicas",
        "Only one pod may run it. Source prometheus would bring the same to each of several, so "
        "that everything would count as often; `sample.tail` would see only some of the spans of a "
        "trace in each, and decide wrongly.",
        "Set `spec.replicas` to 1, without `spec.autoscaling`. To share the work, split the "
        "targets of a source over several Connectors and Pipelines; and of a Pipeline that samples "
        "make two: one of many pods that does all else and sends `to: {pipeline}`, and one of one "
        "pod that samples.",
    ),
    Reason(
        UNSOUND,
        "False",
        "PortConflict",
        "One port is to speak two protocols, or one with and without TLS, or is the collector's "
        "own (8888 for its metrics, 13133 for probes).",
        "Choose another port for the source that the message names, and tell its senders.",
    ),
    Reason(
        UNSOUND,
        "False",
        "TooManyListeners",
        "The flows together listen on more than 64 ports.",
        "Let flows share ports: the same source in several flows is one listener. Or split the "
        "Pipeline.",
    ),
    Reason(
        UNSOUND,
        "False",
        "InvalidEndpoint",
        "A sink's endpoint can never be reached: it is no address, or gRPC takes its host for a "
        "scheme.",
        "Mend the endpoint that the message names, such as `otel.example.com:4317`.",
    ),
    Reason(
        UNSOUND,
        "False",
        "Loop",
        "A sink sends to this very Pipeline: what arrives would go round for ever.",
        "Mend the endpoint that the message names.",
    ),
    Reason(
        UNSOUND,
        "False",
        "Duplicate",
        "The same source or sink stands twice in a flow, so that everything would count twice.",
        "Take out one of the two that the message names.",
    ),
    Reason(
        UNSOUND,
        "False",
        "UnknownProcessor",
        "A flow names a processor that is not in `spec.processors`.",
        "Mend the name, or add the processor; the message lists those that there are.",
    ),
    Reason(
        UNSOUND,
        "False",
        "UselessProcessor",
        "A processor does nothing to any signal of the flow that uses it: a filter has no "
        "condition for one, or sampling knows none of them.",
        "Add a condition or statement for one of the flow's signals, or take the processor out of "
        "the flow.",
    ),
    Reason(
        UNSOUND,
        "False",
        "HostPathNotAllowed",
        "A Connector reads files of the nodes that the platform does not let agents read. Without "
        "a word of the platform they may read none.",
        "Whoever runs the platform adds the folder to `collector.hostPaths` of ConfigMap "
        "`orasi-platform` in namespace `orasi`, or the Connector reads from one that is there.",
    ),
    Reason(
        UNSOUND,
        "False",
        "HostPathForbidden",
        "The namespace enforces Pod Security `baseline` or `restricted`, so the API server would "
        "refuse every pod that reads from its node.",
        "Run agents in a namespace of their own that is labelled "
        "`pod-security.kubernetes.io/enforce: privileged`; the message has the command.",
    ),
    Reason(
        UNSOUND,
        "False",
        "InvalidExtraConfig",
        "`spec.extraConfig` cannot be laid over a configuration: it nests deeper than 64 levels or "
        "is over 64 KiB, a section of it is unknown or no object, or there is a null, a number of "
        "more than 64 bits, or `::` in a key.",
        "Mend it where the message says. A part without settings is `{}`: kubectl takes a null for "
        "a wish to delete. In place of a key `a::b` write a map `a` with `b` in it.",
    ),
    Reason(
        UNSOUND,
        "False",
        "ExtraConfigConflict",
        "`spec.extraConfig` would break what the Pipeline relies on: its probes, ports and own "
        "metrics, files that are mounted, or the memory limiter at the beginning of each pipeline.",
        "Leave the place that the message names as it is, or repeat what it names: a list takes "
        "the place of the whole list.",
    ),
    Reason(
        UNSOUND,
        "False",
        "ConfigurationTooLarge",
        "The ConfigMap of the configuration, or the workload with variables and what is passed on "
        "to its pods, would be over 200 KiB, encoded as JSON.",
        "Use smaller Configurations, of which the message names the largest (as variables each "
        "counts twice, as a file once), split the Pipeline, or shorten its conditions and actions.",
    ),
    Reason(
        UNSOUND,
        "False",
        "InvalidCharacter",
        "A variable or an annotation of the pods has a character that the API server takes in an "
        "object, and not in what is applied to it; the message says which, and where in the "
        "Pipeline or in a Configuration that it uses.",
        "Take the character out there.",
    ),
)

WORKLOAD: tuple[Reason, ...] = (
    Reason(
        READY,
        "False",
        "Applying",
        "An object is not there, or not as it should be yet; the message names it, and the field.",
        "Wait some seconds. If it lasts, the events of `kubectl describe pipeline NAME` say what "
        "refuses it. If there are none, the object is somebody else's, or somebody keeps changing "
        "it: `kubectl get … -o yaml --show-managed-fields` says who.",
    ),
    Reason(
        AVAILABLE,
        "False",
        "Missing",
        "There is no workload (Deployment, StatefulSet or DaemonSet), so nothing takes telemetry.",
        "See what Ready says. After `Applying` it comes by itself; when the Pipeline was born "
        "unsound, it comes once that is mended.",
    ),
    Reason(
        READY,
        "False",
        "Progressing",
        "The controller of the workload that the message names has not seen the last change yet.",
        "Wait some seconds. If it lasts for all of them, kube-controller-manager is down.",
    ),
    Reason(
        READY,
        "False",
        "DeploymentPaused",
        "Somebody paused the Deployment itself, so nothing new is rolled out.",
        "Ask who; then `kubectl rollout resume deployment NAME-pipeline`.",
    ),
    Reason(
        READY,
        "False",
        "ReplicaFailure",
        "Pods cannot be made: a quota, Pod Security or another policy refuses them, and the "
        "message says which.",
        "Raise the quota (`kubectl describe resourcequota`), or ask for less in `spec.resources` "
        "or `spec.replicas`. The pods are tried again by themselves.",
    ),
    Reason(
        READY,
        "False",
        "ProgressDeadlineExceeded",
        "The new pods do not become ready in time. The old ones stay and serve.",
        "`kubectl logs --selector app.kubernetes.io/instance=NAME --container validate` shows what "
        "the collector thinks of the configuration; `kubectl describe pods --selector "
        "app.kubernetes.io/instance=NAME`, whether image or nodes are to blame. To go back, apply "
        "the Pipeline as it was.",
    ),
    Reason(
        READY,
        "False",
        "RollingOut",
        "Pods of the last configuration are still to be replaced; the message counts them.",
        "Wait: pods are replaced a few at a time, when new ones are ready. A Deployment without "
        "progress for ten minutes says `ProgressDeadlineExceeded`; in the other modes the message "
        "says where to look. Then mend the Pipeline, or apply it as it was: pods that do not start "
        "are replaced, and nobody has to delete them.",
    ),
    Reason(
        ("Available", "Ready"),
        "False",
        "ReplicasUnavailable",
        "Fewer pods serve than are wanted; the message counts.",
        "`kubectl get pods --selector app.kubernetes.io/instance=NAME` shows which: `kubectl "
        "describe pod` says why one does not start, `kubectl logs --previous` why one ended. None "
        "available means that senders are refused.",
    ),
    Reason(
        READY,
        "False",
        "ScalingDown",
        "Pods that are too many still have to end; each drains for up to 30 seconds.",
        "Wait. If it lasts, the pod's node may be gone: `kubectl get pods -o wide`.",
    ),
)

PIPELINE: tuple[Reason, ...] = (
    *WHOLE,
    *REFERENCES,
    *PLATFORM,
    *CHECKS,
    *SETTINGS,
    *WORKLOAD,
    IN_USE,
)
