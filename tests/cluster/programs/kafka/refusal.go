package main

import (
	"encoding/binary"
	"net"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Whose connections tell why they end. kfake just closes them if somebody cannot log in, and clients
// take that for a bad network; Kafka says first what is wrong.
type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	return &connection{Conn: accepted}, err
}

type connection struct {
	net.Conn
	lock    sync.Mutex
	read    []byte   // of a request that has not come whole
	waiting *request // the last one that has, until it is answered
}

type request struct {
	key, version  int16
	correlationID uint32
}

// A request on the wire: its length, then key, version and correlation ID, then what is asked.
const (
	lengthBytes = 4
	headerBytes = 8
)

func (c *connection) Read(into []byte) (int, error) {
	count, err := c.Conn.Read(into)
	c.lock.Lock()
	defer c.lock.Unlock()
	c.read = append(c.read, into[:count]...)
	for len(c.read) >= lengthBytes {
		end := lengthBytes + int(binary.BigEndian.Uint32(c.read))
		if len(c.read) < end {
			break
		}
		if asked := c.read[lengthBytes:end]; len(asked) >= headerBytes {
			c.waiting = &request{
				key:           int16(binary.BigEndian.Uint16(asked)),
				version:       int16(binary.BigEndian.Uint16(asked[2:])),
				correlationID: binary.BigEndian.Uint32(asked[4:]),
			}
		}
		c.read = c.read[end:]
	}
	return count, err
}

func (c *connection) Write(answer []byte) (int, error) {
	c.lock.Lock()
	c.waiting = nil
	c.lock.Unlock()
	return c.Conn.Write(answer)
}

func (c *connection) Close() error {
	c.lock.Lock()
	waiting := c.waiting
	c.waiting = nil
	c.lock.Unlock()
	if waiting != nil && waiting.key == kmsg.SASLAuthenticate.Int16() {
		_, _ = c.Conn.Write(refusal(*waiting)) // whoever asked may be gone
	}
	return c.Conn.Close()
}

func refusal(asked request) []byte {
	answer := kmsg.NewPtrSASLAuthenticateResponse()
	answer.SetVersion(asked.version)
	answer.ErrorCode = kerr.SaslAuthenticationFailed.Code
	message := "Authentication failed: Invalid username or password"
	answer.ErrorMessage = &message
	text := binary.BigEndian.AppendUint32(nil, asked.correlationID)
	if answer.IsFlexible() {
		text = append(text, 0) // no tags
	}
	text = answer.AppendTo(text)
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...)
}
