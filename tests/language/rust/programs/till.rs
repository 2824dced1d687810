//! Dies in the way that its argument names.
use std::fmt;

#[derive(Debug)]
#[allow(dead_code)]
struct Refused {
    order: u32,
    reason: String,
}

struct Lot {
    items: Vec<u32>,
}

impl Lot {
    #[inline(never)]
    fn item(&self, at: usize) -> u32 {
        self.items[at]
    }
}

#[inline(never)]
fn charge(order: u32) -> Result<u32, Refused> {
    if order > 16 {
        return Err(Refused { order, reason: "no till\nno receipt".to_string() });
    }
    Ok(order)
}

#[inline(never)]
fn customer(id: u32) -> Option<&'static str> {
    if id == 1 { Some("Ada") } else { None }
}

struct Closing;

impl Drop for Closing {
    fn drop(&mut self) {
        panic!("the till is still open");
    }
}

struct Shown;

impl fmt::Display for Shown {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("cannot be shown")
    }
}

fn deep(n: u64) -> u64 {
    let pad = [n; 64];
    if n == u64::max_value() { 0 } else { deep(n + 1) + pad[(n % 64) as usize] }
}

extern "C" fn callback(n: i32) {
    assert!(n > 17, "order {} is none", n);
}

fn settle(lines: &[&str]) -> usize {
    lines.iter().map(|line| line.split(':').nth(1).expect("a line has two parts").len()).sum()
}

fn main() {
    let how = std::env::args().nth(1).unwrap_or_default();
    let n = std::env::args().count();
    match how.as_str() {
        "none" => println!("{}", customer(17).unwrap()),
        "index" => println!("{}", Lot { items: vec![1, 2] }.item(n + 5)),
        "result" => println!("{}", charge(17).expect("order 17")),
        "many" => panic!("order {} refused:\n  no till\n  no receipt\n\nask the till at 15:30", 17),
        "quoted" => panic!("it said 'no', twice', then left"),
        "assert" => assert_eq!(charge(3).unwrap(), n as u32 + 5, "wrong total of order {}", 3),
        "assert_only" => assert_eq!(vec!["tea"; n], ["tea", "milk"]),
        "closure" => println!("{}", settle(&["tea:1", "milk"])),
        "thread" => {
            let worker = std::thread::Builder::new().name("settler".to_string());
            let done = worker.spawn(|| customer(17).expect("customer 17")).unwrap();
            println!("{}", done.join().unwrap());
        }
        "unnamed" => {
            let done = std::thread::spawn(|| Lot { items: vec![] }.item(1));
            eprintln!("the worker is gone: {}", done.join().is_err());
        }
        "twice" => {
            let _closing = Closing;
            panic!("order 17 refused");
        }
        "shown" => panic!("{}", Shown),
        "overflow" => println!("{}", deep(n as u64)),
        "memory" => {
            let lots: Vec<u8> = Vec::with_capacity(1 << 47);
            println!("{}", lots.len());
        }
        "foreign" => callback(n as i32),
        "any" => std::panic::panic_any(Refused { order: 17, reason: String::new() }),
        "caught" => {
            let done = std::panic::catch_unwind(|| settle(&["tea"]));
            eprintln!("2026-11-20T15:49:23Z ERROR till: settling failed: {}", done.is_err());
            std::panic::resume_unwind(Box::new("again"));
        }
        "hook" => {
            std::panic::set_hook(Box::new(|info| eprintln!("2026-11-20 15:49:23 ERROR [till] {}", info)));
            charge(17).unwrap();
        }
        "trace" => {
            let trace = std::backtrace::Backtrace::force_capture();
            eprintln!("2026-11-20 15:49:23 ERROR [till] order 17 refused: no till\n{}", trace);
        }
        "error" => {
            let read = std::fs::read_to_string("/nowhere/till.toml");
            Err::<(), _>(read).unwrap()
        }
        "quotes" => {
            let other = std::process::Command::new(std::env::current_exe().unwrap()).arg("none").output().unwrap();
            panic!("the other till failed:\n{}", String::from_utf8_lossy(&other.stderr));
        }
        "quotes_trace" => {
            let trace = std::backtrace::Backtrace::force_capture();
            panic!("order 17 was refused at\nstack backtrace:\n{}", trace);
        }
        _ => eprintln!("nothing"),
    }
}
