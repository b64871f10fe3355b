// Package storetest tests implementations of [revalidate.Store]:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) revalidate.Store {
//			store, err := mystore.New(…)
//			if err != nil {
//				t.Fatal(err)
//			}
//			return store
//		})
//	}
//
// The stores of this module pass it. Run it with the race detector.
package storetest
