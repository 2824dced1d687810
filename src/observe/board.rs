//! Where the thread that reads and those that ask it meet. In: questions, from any thread. Out: answers that the reading thread
//! gives between two turns. Nobody asks: it costs one look at a number a turn, and wakes nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use super::status::{Answer, Reloaded, Status};
use crate::bounds::{STATUS_FRESH_MS, STATUS_WAIT_MS_MAX};
use crate::os::Clock;
use crate::os::wake::Wake;

const BEAT: u8 = 1;
const STATUS: u8 = 2;

/// The board.
pub struct Board {
    asked: AtomicU8,
    wake: Wake,
    clock: Arc<dyn Clock>,
    said: watch::Sender<Saying>,
}

/// What was answered so far.
#[derive(Debug, Clone, Default)]
struct Saying {
    beats: u64,
    status: Option<(Duration, Arc<Status>)>,
    /// How many wishes for a reload are fulfilled, and how the last came out.
    reloads: u64,
    reloaded: Arc<Reloaded>,
}

/// What the reading thread is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// To say how it is doing.
    pub status: bool,
}

impl Board {
    /// `wake`: what the reading thread waits on.
    #[must_use]
    pub fn new(wake: Wake, clock: Arc<dyn Clock>) -> Self {
        Self {
            asked: AtomicU8::new(0),
            wake,
            clock,
            said: watch::Sender::new(Saying::default()),
        }
    }

    /// What was asked since the last call. For the reading thread, which lives: that much is answered.
    pub fn take_asked(&self) -> Asked {
        if self.asked.load(Ordering::Relaxed) == 0 {
            return Asked { status: false };
        }
        let asked = self.asked.swap(0, Ordering::AcqRel);
        if asked & BEAT != 0 {
            self.said.send_modify(|said| said.beats += 1);
        }
        Asked {
            status: asked & STATUS != 0,
        }
    }

    /// How the agent is doing.
    pub fn publish(&self, status: Status) {
        let at = self.clock.now().mono;
        let status = Some((at, Arc::new(status)));
        self.said.send_modify(|said| said.status = status);
    }

    /// All wishes up to this one are fulfilled.
    pub fn publish_reload(&self, wish: u64, reloaded: Reloaded) {
        self.said.send_modify(|said| {
            said.reloads = said.reloads.max(wish);
            said.reloaded = Arc::new(reloaded);
        });
    }

    fn ask(&self, what: u8) {
        self.asked.fetch_or(what, Ordering::AcqRel);
        self.wake.nudge();
    }

    /// Until the reading thread has come to the end of a turn that began or went on after this call.
    pub async fn turned(&self) {
        let mut said = self.said.subscribe();
        let before = said.borrow_and_update().beats;
        self.ask(BEAT);
        let _sender_is_here = said.wait_for(|said| said.beats > before).await;
    }

    /// How the agent is doing, as of now or of a moment ago; where the reading thread is busy for too long, as it last said.
    pub async fn status(&self) -> (Answer, Option<Arc<Status>>) {
        let mut said = self.said.subscribe();
        let known = said.borrow_and_update().status.clone();
        let now = || self.clock.now().mono;
        let fresh =
            |at: Duration| now().saturating_sub(at) < Duration::from_millis(STATUS_FRESH_MS);
        let mut answers = known.as_ref().is_some_and(|(at, _)| fresh(*at));
        if !answers {
            let before = known.map(|(at, _)| at);
            self.ask(STATUS);
            let newer = |said: &Saying| said.status.as_ref().map(|(at, _)| *at) > before;
            let newer = said.wait_for(newer);
            let wait = Duration::from_millis(STATUS_WAIT_MS_MAX);
            answers = matches!(tokio::time::timeout(wait, newer).await, Ok(Ok(_)));
        }
        let status = self.said.borrow().status.clone();
        let age_s = status
            .as_ref()
            .map_or(0, |(at, _)| now().saturating_sub(*at).as_secs());
        let answer = Answer {
            answers,
            age_s,
            status: None,
        };
        (answer, status.map(|(_, status)| status))
    }

    /// How the reload came out that the wish of this number stands for.
    pub async fn reloaded(&self, wish: u64) -> Arc<Reloaded> {
        let mut said = self.said.subscribe();
        match said.wait_for(|said| said.reloads >= wish).await {
            Ok(said) => Arc::clone(&said.reloaded),
            // The board holds the sender.
            Err(_) => Arc::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::os::clock::ManualClock;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    }

    fn board() -> (Arc<Board>, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let board = Board::new(Wake::new().unwrap(), Arc::clone(&clock) as _);
        (Arc::new(board), clock)
    }

    fn status_of(version: &str) -> Status {
        let mut status = Status::default();
        version.clone_into(&mut status.agent.version);
        status
    }

    #[test]
    fn one_look_answers_all_who_ask_within_a_second() {
        let (board, clock) = board();
        assert!(!board.take_asked().status);
        let (asking, answering) = (Arc::clone(&board), Arc::clone(&board));
        let thread = std::thread::spawn(move || {
            while !answering.take_asked().status {
                answering.wake.wait(None);
            }
            answering.publish(status_of("1"));
        });
        let version = |(answer, status): (Answer, Option<Arc<Status>>)| {
            assert!(answer.answers && answer.age_s == 0);
            status.unwrap().agent.version.clone()
        };
        runtime().block_on(async {
            let (one, other) = tokio::join!(asking.status(), asking.status());
            assert_eq!((version(one), version(other)), ("1".into(), "1".into()));
            clock.advance(Duration::from_millis(STATUS_FRESH_MS / 2));
            assert_eq!(version(asking.status().await), "1");
        });
        thread.join().unwrap();
        assert!(!board.take_asked().status, "asked though it was known");
    }

    #[test]
    fn a_thread_that_hangs_is_said_with_what_it_said_last() {
        let (board, clock) = board();
        runtime().block_on(async {
            let (answer, status) = board.status().await;
            assert!(!answer.answers && status.is_none());
            board.publish(status_of("1"));
            clock.advance(Duration::from_secs(90));
            let (answer, status) = board.status().await;
            assert!(!answer.answers && status.is_some());
            assert_eq!(answer.age_s, 90);
        });
    }

    #[test]
    fn a_reload_answers_the_wishes_before_it_alone() {
        let (board, _) = board();
        let changes = |changes: &str| Reloaded {
            changes: changes.to_owned(),
            ..Reloaded::default()
        };
        board.publish_reload(2, changes("first"));
        runtime().block_on(async {
            assert_eq!(board.reloaded(1).await.changes, "first");
            assert_eq!(board.reloaded(2).await.changes, "first");
            let third = board.reloaded(3);
            tokio::pin!(third);
            let early = tokio::time::timeout(Duration::from_millis(20), &mut third).await;
            assert!(early.is_err(), "answered before it happened");
            board.publish_reload(3, changes("second"));
            assert_eq!(third.await.changes, "second");
        });
    }
}
