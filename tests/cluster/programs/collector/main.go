// A collector that is built in two minutes: all but the receiver prometheus.
package main

import "orasi.io/controller/tests/cluster/programs/collector/components"

func main() {
	components.Main(components.More{})
}
