package main

import "example.com/fix/internal/deep"

func charge() { panic(&deep.Declined{Code: "expired_card"}) }

func main() { charge() }
