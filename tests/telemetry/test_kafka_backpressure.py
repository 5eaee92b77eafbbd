"""What a Pipeline cannot take now stays in Kafka until it can."""

from pathlib import Path

from tests.collector.sink import PORTS, Sink
from tests.collector.telemetry import Log, send
from tests.telemetry.certificates import Authority
from tests.telemetry.kafka import HOST, Broker
from tests.telemetry.metrics import ACCEPTED, REFUSED, records
from tests.telemetry.pods import objects
from tests.telemetry.test_kafka import OBJECTS, SHOP, known, pods
from tests.telemetry.waiting import eventually

WITHOUT_MEMORY = {"processors": {"memory_limiter": {"limit_mib": 2, "spike_limit_mib": 1}}}


def test_what_is_refused_for_lack_of_memory_is_not_lost(
    collector: Path, kafka: Path, tmp_path: Path
) -> None:
    authority = Authority()
    with Broker(kafka, tmp_path, [SHOP], authority) as broker, Sink(collector, tmp_path) as sink:
        places = {
            f"{HOST}:9093": broker.address,
            "sink:4317": sink.endpoint("grpc"),
            "MECHANISM": SHOP.mechanism,
            "ENCODING": "otlp_proto",
            "COMPRESSION": "none",
        }
        web, archive = pods(objects(OBJECTS, places), known(authority, SHOP), tmp_path)
        with web.start(collector, tmp_path, name="web") as giving:
            port = giving.port(PORTS["grpc"])
            with archive.start(collector, tmp_path, name="sound"):
                send("grpc", port, Log("before"))
                eventually("the topic is there", lambda: records(sink, ACCEPTED) == 1)
            with archive.start(collector, tmp_path, name="full", overrides=WITHOUT_MEMORY) as full:
                # It looks at its memory for the first time a second after its start.
                refusing = "Memory usage is above soft limit. Refusing data."
                eventually("it refuses", lambda: refusing in [e["msg"] for e in full.log()])
                send("grpc", port, Log("meanwhile"))
                eventually("it has refused", lambda: records(full, REFUSED) >= 1)
            with archive.start(collector, tmp_path, name="mended"):
                send("grpc", port, Log("after"))
                # There is one partition, and so one order.
                eventually("the last one arrives", lambda: "after" in sink.text("grpc"))
    # Some may come twice, but all of them come.
    assert {each.body for each in sink.received("grpc") if isinstance(each, Log)} == {
        "before",
        "meanwhile",
        "after",
    }
