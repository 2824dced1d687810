//! Sources whose bytes take time to deal with: each piece moves the clock on, as a machine that is kept busy by it would.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use stacktail::os::Now;
use stacktail::os::clock::ManualClock;
use stacktail::os::wake::Wake;
use stacktail::source::{
    AppIx, Entry, FileCheckpoint, Hold, Input, JournalCursor, Lane, LaneId, Loss, Nameless, Origin,
    Piece, Source,
};

/// Another source, at a price.
pub(crate) struct Charged {
    pub(crate) source: Box<dyn Source>,
    pub(crate) clock: Arc<ManualClock>,
    /// For each byte.
    pub(crate) price: Duration,
}

impl Source for Charged {
    fn next(
        &mut self,
        now: Now,
        paused: &dyn Fn(AppIx) -> bool,
        input: &mut Input,
    ) -> Option<Piece> {
        let piece = self.source.next(now, paused, input)?;
        if let Piece::Bytes { .. } = &piece {
            let bytes = u32::try_from(input.bytes.len()).unwrap();
            self.clock.advance(self.price * bytes);
        }
        Some(piece)
    }

    fn due(&self, now: Now) -> Option<Duration> {
        self.source.due(now)
    }

    fn wait(&mut self, timeout: Option<Duration>, wake: &Wake) {
        self.source.wait(timeout, wake);
    }

    fn poke(&mut self, lane: LaneId) {
        self.source.poke(lane);
    }

    fn at_end(&self, lane: LaneId) -> bool {
        self.source.at_end(lane)
    }

    fn lane(&self, lane: LaneId) -> Option<&Lane> {
        self.source.lane(lane)
    }

    fn read_back(&mut self, origin: Origin, before: u64, max: usize, bytes: &mut Vec<u8>) {
        self.source.read_back(origin, before, max, bytes);
    }

    fn entry_back(&self, origin: Origin, number: u64, nth: usize) -> Option<&Entry> {
        self.source.entry_back(origin, number, nth)
    }

    fn routed(&self, lane: LaneId, route: u16) -> &[AppIx] {
        self.source.routed(lane, route)
    }

    fn cursors(&mut self) -> Vec<JournalCursor> {
        self.source.cursors()
    }

    fn stored_hold(&self, origin: Origin) -> Hold {
        self.source.stored_hold(origin)
    }

    fn checkpoint(&mut self, hold: &dyn Fn(Origin) -> Option<Hold>) -> Vec<FileCheckpoint> {
        self.source.checkpoint(hold)
    }

    fn forgotten(&mut self) -> Vec<Origin> {
        self.source.forgotten()
    }

    fn committed(&mut self) {
        self.source.committed();
    }

    fn rewind(&mut self) {
        self.source.rewind();
    }

    fn losses(&mut self) -> Vec<Loss> {
        self.source.losses()
    }

    fn done(&self) -> bool {
        self.source.done()
    }

    fn globs_seen(&mut self) -> Vec<Vec<u8>> {
        self.source.globs_seen()
    }

    fn lag(&mut self) -> Vec<(PathBuf, u64)> {
        self.source.lag()
    }

    fn problems(&mut self) -> Vec<String> {
        self.source.problems()
    }

    fn nameless(&self) -> Vec<Nameless> {
        self.source.nameless()
    }

    fn changed(&self) -> bool {
        self.source.changed()
    }
}
