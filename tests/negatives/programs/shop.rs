#[cfg(test)] mod tests {
 #[test] fn thread_main_panicked_at_src() {} 
 #[test] #[should_panic(expected = "panicked at")] #[ignore = "called `Option::unwrap()` on a `None` value"] fn unwrap_on_none() { panic!("panicked at"); }
 #[test] fn stack_backtrace() { println!("{:?}", std::backtrace::Backtrace::disabled()); }
}
