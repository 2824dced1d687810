package main
import ("fmt"; "os"; "runtime/pprof"; "time"; "sync")
func worker(wg *sync.WaitGroup, c chan int) { defer wg.Done(); <-c }
func main() { var wg sync.WaitGroup; c := make(chan int); wg.Add(2); go worker(&wg, c); go worker(&wg, c); time.Sleep(50*time.Millisecond)
 if len(os.Args) > 1 { var n int; fmt.Sscan(os.Args[1], &n); pprof.Lookup("goroutine").WriteTo(os.Stdout, n); return }
 time.Sleep(9*time.Second) }
