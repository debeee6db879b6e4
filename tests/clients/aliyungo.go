// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0

// Makes one call with the Go SDK that Debian has: aliyungo URL VERSION ID SECRET, with the call on
// its input and the outcome on its output, both JSON.
package main

import (
	"encoding/json"
	"net/url"
	"os"

	"github.com/denverdino/aliyungo/common"
)

type call struct {
	Action     string
	Parameters map[string]string
}

type outcome struct {
	Answer  map[string]interface{} `json:",omitempty"`
	Code    string                 `json:",omitempty"`
	Message string                 `json:",omitempty"`
}

func answer(client *common.Client, asked call) outcome {
	parameters := url.Values{}
	for name, value := range asked.Parameters {
		parameters.Set(name, value)
	}
	told := map[string]interface{}{}
	err := client.Invoke(asked.Action, parameters, &told)
	if err == nil {
		return outcome{Answer: told}
	}
	if refused, isRefusal := err.(*common.Error); isRefusal {
		return outcome{Code: refused.Code, Message: refused.Message}
	}
	return outcome{Code: "no answer", Message: err.Error()}
}

func main() {
	client := &common.Client{}
	client.Init(os.Args[1], os.Args[2], os.Args[3], os.Args[4])
	var asked call
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer(client, asked)); err != nil {
		panic(err)
	}
}
