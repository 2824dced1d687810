//! A service that crashes as Rust programs do: a null pointer in `unsafe`, an abort, an overflow of the stack.
use std::hint::black_box;

#[inline(never)]
fn charge(total: *const u32) -> u32 {
    unsafe { total.read_volatile() }
}

#[inline(never)]
fn deeper(n: u64) -> u64 {
    if n == 0 { 0 } else { black_box(n) + deeper(black_box(n + 1)) }
}

mod till {
    pub struct Till;
    impl Till {
        #[inline(never)]
        pub fn open(&self, how: &str) -> u32 {
            match how {
                "abort" => std::process::abort(),
                "panic" => panic!("the till is empty"),
                "deep" => super::deeper(1) as u32,
                _ => super::charge(std::ptr::null()) + 1,
            }
        }
    }
}

fn main() {
    let how = std::env::args().nth(1).unwrap_or_default();
    println!("{}", black_box(till::Till).open(&how));
}
