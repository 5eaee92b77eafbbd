// A collector of the newest version that our configurations are made for: one for all of them.
package main

import (
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/clickhouseexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/filelogreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/hostmetricsreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/prometheusreceiver"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/receiver"
	"orasi.io/controller/tests/cluster/programs/collector/components"
)

func main() {
	components.Main(components.More{
		Receivers: []receiver.Factory{
			filelogreceiver.NewFactory(),
			hostmetricsreceiver.NewFactory(),
			prometheusreceiver.NewFactory(),
		},
		Exporters: []exporter.Factory{clickhouseexporter.NewFactory()},
	})
}
