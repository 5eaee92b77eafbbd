// A collector with the receiver prometheus, which brings every cloud's client with it.
package main

import (
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/prometheusreceiver"
	"go.opentelemetry.io/collector/receiver"
	"orasi.io/controller/tests/cluster/programs/collector/components"
)

func main() {
	components.Main(components.More{
		Receivers: []receiver.Factory{prometheusreceiver.NewFactory()},
	})
}
