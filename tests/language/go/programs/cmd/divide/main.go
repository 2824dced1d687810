package main

import "os"

func share(n int) int { return 100 / n }

func main() { share(len(os.Args) - 1) }
