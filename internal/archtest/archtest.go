// Package archtest holds tests only: who may import whom. The rules are those of DESIGN.md, "Shape of the code": imports
// go down, siblings never import each other, and the big libraries stay in their rooms.
package archtest
