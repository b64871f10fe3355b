package main

// Run is what main does.
var Run = run
