package exchange

import "testing"

func BenchmarkDetectLanguage(b *testing.B) {
	for b.Loop() {
		detectLanguage("The mayor of Exampleville has resigned after a dispute with the council, a post says.")
	}
}

func BenchmarkNormaliseText(b *testing.B) {
	for b.Loop() {
		NormaliseText("“The mayor of Exampleville has resigned after a dispute with the council.”")
	}
}
