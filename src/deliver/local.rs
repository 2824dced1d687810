//! Receivers on this host. In: the outbox. Out: the terminal or a file, then settlements.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::bounds::{DELIVERY_TURN_EVENTS_MAX, RETRY_MS_MAX, RETRY_MS_MIN};
use crate::store::{Outcome, Settlement};

use super::backoff::Backoff;
use super::queue::Queue;
use super::standing::{Line, Order, Standing, Why};
use super::{Machine, Render, console, file};

/// The terminal or the store.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Where to.
#[derive(Debug, Clone)]
pub(super) enum Out {
    /// Printed so.
    Terminal(Render),
    /// Appended there.
    File(PathBuf),
}

/// Writes what waits for one receiver of this host.
pub(super) struct Local {
    queue: Queue,
    machine: Machine,
    line: Arc<Line>,
    out: Out,
    backoff: Backoff,
}

impl Local {
    pub(super) fn new(receiver: String, machine: Machine, line: Arc<Line>, out: Out) -> Self {
        let ms = Duration::from_millis;
        Self {
            queue: Queue::new(receiver),
            machine,
            line,
            out,
            backoff: Backoff::new(ms(RETRY_MS_MIN), ms(RETRY_MS_MAX)),
        }
    }

    /// Until it is told to stop.
    pub(super) async fn run(mut self) {
        loop {
            let order = self.line.order();
            if order == Order::Stop {
                break;
            }
            match self.write_some().await {
                Ok(0) => {
                    self.backoff.reset();
                    self.line.stand(order, Standing::Idle);
                    self.line.woken().await;
                    self.queue.woken();
                }
                Ok(_) => {
                    self.backoff.reset();
                    // What came in meanwhile must be seen before it says under a newer order that nothing waits.
                    self.queue.woken();
                }
                Err(error) => self.pause(order, &error).await,
            }
        }
        self.line.stand(Order::Stop, Standing::Idle);
    }

    async fn pause(&mut self, order: Order, error: &Failure) {
        if self.backoff.failures() == 0 {
            let to = match &self.out {
                Out::Terminal(_) => "the terminal".to_owned(),
                Out::File(path) => path.display().to_string(),
            };
            tracing::warn!(%to, %error, "events cannot be written; they wait in the outbox");
        }
        self.queue.rewind();
        let pause = self.backoff.failed_steadily(&*self.machine.chance);
        let standing = Standing::Waiting {
            until: if self.is_gone(error) {
                Duration::MAX
            } else {
                self.machine.clock.now().mono + pause
            },
            why: Why::Outage,
        };
        self.line.stand(order, standing);
        tokio::select! {
            () = self.line.woken() => self.queue.woken(),
            () = tokio::time::sleep(pause) => {}
        }
    }

    /// Did the terminal's reader go for good, as `head` does once it has seen enough?
    fn is_gone(&self, error: &Failure) -> bool {
        let kind = error
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind);
        matches!(self.out, Out::Terminal(_)) && kind == Some(std::io::ErrorKind::BrokenPipe)
    }

    /// Writes, then settles; how many.
    async fn write_some(&mut self) -> Result<usize, Failure> {
        let mut events = Vec::new();
        while events.len() < DELIVERY_TURN_EVENTS_MAX {
            match self.queue.next(&*self.machine.outbox, false)? {
                Some(item) => events.push(item.waiting),
                None => break,
            }
        }
        if events.is_empty() {
            return Ok(0);
        }
        let rows: Vec<i64> = events.iter().map(|event| event.row).collect();
        let out = self.out.clone();
        // A pager that is not read blocks the write, and so does a disk: elsewhere than where receivers are served.
        let written = tokio::task::spawn_blocking(move || match out {
            Out::Terminal(render) => console::print(&events, render),
            Out::File(path) => file::write(&path, &events),
        })
        .await;
        for row in &rows {
            self.queue.done(*row);
        }
        written??;
        let ends: Vec<Settlement> = rows
            .into_iter()
            .map(|row| Settlement {
                row,
                outcome: Outcome::Delivered,
            })
            .collect();
        let now = self.machine.clock.now().wall;
        self.machine.outbox.settle(&ends, now)?;
        Ok(ends.len())
    }
}
