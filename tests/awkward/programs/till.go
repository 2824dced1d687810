// Dies as it is told.
package main

import (
	"fmt"
	"os"
	"os/exec"
)

var totals map[string]int

func book(order string) {
	totals[order]++
}

func main() {
	switch os.Args[1] {
	case "panics":
		book("17")
	case "deadlocks":
		<-make(chan int)
	case "quotes": // what another program said
		said, _ := exec.Command(os.Args[2], os.Args[3:]...).CombinedOutput()
		panic(fmt.Sprintf("the report failed:\n%s", said))
	}
}
