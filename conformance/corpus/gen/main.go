// Command gen writes the files of the corpus from its tables. Run it from the
// folder conformance: go run ./corpus/gen.
package main

import (
	"fmt"
	"log"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
	"github.com/gin-apiroutes/apiroutes/conformance/corpus/tables"
)

func main() {
	cases := tables.All()
	if err := corpus.Save("corpus", cases); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d cases\n", len(cases))
}
