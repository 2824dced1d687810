//! Chance. In: nothing. Out: random bytes from the kernel, or a repeatable row of them in tests.

use std::sync::Mutex;

/// Where random bytes come from.
pub trait Chance: Send + Sync {
    /// Sixteen random bytes.
    fn bytes16(&self) -> [u8; 16];

    /// A number in `0.0..1.0`, for jitter.
    fn fraction(&self) -> f64 {
        let bytes = self.bytes16();
        let (head, _) = bytes.split_at(4);
        let word = head
            .iter()
            .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
        f64::from(word) / (f64::from(u32::MAX) + 1.0)
    }
}

/// The kernel's random numbers (`getrandom(2)`).
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn bytes16(&self) -> [u8; 16] {
        let mut bytes = [0_u8; 16];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            filled +=
                rustix::rand::getrandom(rest, rustix::rand::GetRandomFlags::empty()).unwrap_or(0);
        }
        bytes
    }
}

/// The test double: the same row for the same seed (splitmix64).
#[derive(Debug)]
pub struct SeededChance {
    state: Mutex<u64>,
}

impl SeededChance {
    /// A row that depends on `seed` alone.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            state: Mutex::new(seed),
        }
    }

    fn next(&self) -> u64 {
        let mut state = self
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Chance for SeededChance {
    fn bytes16(&self) -> [u8; 16] {
        ((u128::from(self.next()) << 64) | u128::from(self.next())).to_be_bytes()
    }
}
