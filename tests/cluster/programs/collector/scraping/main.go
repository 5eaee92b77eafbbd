// A collector with the receiver prometheus, which brings every cloud's client with it.
package main

import (
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/prometheusreceiver"
	"orasi.io/controller/tests/cluster/programs/collector/components"
)

func main() {
	components.Main(prometheusreceiver.NewFactory())
}
