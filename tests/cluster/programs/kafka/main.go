// A Kafka broker in memory that speaks the real protocol. What it is asked for by name it creates.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

// The file that the only argument names, as JSON. Names in it are those of PEM files.
type settings struct {
	// All may log in by SASL and do everything; without any nobody has to log in.
	Users []struct{ Mechanism, Username, Password string }
	// Without a certificate there is no TLS.
	Certificate, Key string
	// Whose certificates clients must have; without it they need none.
	ClientCA string
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	asked, err := read(os.Args[1])
	if err != nil {
		return err
	}
	options := []kfake.Opt{
		kfake.NumBrokers(1), // others would only be other ports of the same process
		kfake.AllowAutoTopicCreation(),
		kfake.DefaultNumPartitions(1),
		kfake.WithLogger(kfake.BasicLogger(os.Stderr, kfake.LogLevelInfo)),
	}
	if asked.Users != nil {
		options = append(options, kfake.EnableSASL())
	}
	for _, user := range asked.Users {
		options = append(options, kfake.Superuser(user.Mechanism, user.Username, user.Password))
	}
	var encrypted *tls.Config
	if asked.Certificate != "" {
		if encrypted, err = encryption(asked); err != nil {
			return err
		}
	}
	options = append(options, kfake.ListenFn(func(network, address string) (net.Listener, error) {
		listening, err := net.Listen(network, address)
		if err == nil && encrypted != nil {
			listening = tls.NewListener(listening, encrypted)
		}
		return listener{listening}, err
	}))
	cluster, err := kfake.NewCluster(options...)
	if err != nil {
		return err
	}
	defer cluster.Close()
	stopped, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	fmt.Printf("listening on %s\n", cluster.ListenAddrs()[0])
	<-stopped.Done()
	return nil
}

func read(path string) (asked settings, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return asked, err
	}
	return asked, json.Unmarshal(text, &asked)
}

func encryption(asked settings) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(asked.Certificate, asked.Key)
	if err != nil {
		return nil, err
	}
	configuration := &tls.Config{Certificates: []tls.Certificate{pair}}
	if asked.ClientCA != "" {
		text, err := os.ReadFile(asked.ClientCA)
		if err != nil {
			return nil, err
		}
		configuration.ClientCAs = x509.NewCertPool()
		if !configuration.ClientCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s has no certificate", asked.ClientCA)
		}
		configuration.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return configuration, nil
}
