package storetest_test

import (
	"testing"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/storetest"
)

func TestMemoryStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) revalidate.Store {
		t.Helper()
		store, err := revalidate.NewMemoryStore("8mb")
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
}
