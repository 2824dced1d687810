//! `parse --follow`: what is written to the files from their beginning on, through linemux.
//!
//! For a person at a terminal: it keeps no position, and stops at a file that is not UTF-8. The agent does better.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use super::Parse;
use crate::assemble::Found;
use crate::config::Writing;
use crate::os::Clock as _;
use crate::pipeline::Pipeline;
use crate::source::{
    AppIx, FileCheckpoint, Hold, Input, Lane, LaneId, LastLine, Loss, Origin, Piece, Source,
};

/// Silence is looked for this often.
const LOOK: Duration = Duration::from_millis(250);
/// Bytes kept of each file for what stands before a hit.
const KEPT_BYTES: usize = 128 << 10;

/// Follows the files until it is interrupted.
pub(super) fn run(parse: &mut Parse, files: &[PathBuf]) -> ExitCode {
    if files.is_empty() || files.iter().any(|f| f == Path::new("-")) {
        crate::cli::talk("stacktail: --follow needs the names of files\n");
        return ExitCode::from(crate::cli::EXIT_USAGE);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let followed = match runtime {
        Ok(runtime) => runtime.block_on(follow(parse, files)),
        Err(error) => Err(error),
    };
    parse.finish();
    match followed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            crate::cli::talk(&format!("stacktail: cannot follow: {error}\n"));
            ExitCode::from(crate::cli::EXIT_PROBLEM)
        }
    }
}

async fn follow(parse: &mut Parse, files: &[PathBuf]) -> std::io::Result<()> {
    let mut followed = linemux::MuxedLines::new()?;
    for file in files {
        followed.add_file_from_start(file).await?;
    }
    let mut pipeline = parse.pipeline();
    let mut source = Heard::new(parse.writing.clone());
    let mut look = tokio::time::interval(LOOK);
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            heard = followed.next_line() => match heard? {
                Some(said) => {
                    let lane = source.lane_of(said.source());
                    hear(parse, &mut pipeline, &mut source, lane, said.line());
                }
                None => break,
            },
            _ = look.tick() => silence(parse, &mut pipeline, &mut source),
            _ = &mut interrupted => break,
        }
    }
    for lane in 0..source.files.len() {
        tell(
            parse,
            &mut pipeline,
            &mut source,
            &Piece::Finished { lane: id(lane) },
            &Input::default(),
        );
    }
    Ok(())
}

fn hear(parse: &mut Parse, pipeline: &mut Pipeline, source: &mut Heard, lane: usize, text: &str) {
    let mut input = Input::default();
    input.bytes.extend_from_slice(text.as_bytes());
    input.bytes.push(b'\n');
    let Some(file) = source.files.get(lane) else {
        return;
    };
    let piece = Piece::Bytes {
        lane: id(lane),
        origin: origin(lane),
        offset: file.offset,
        last: LastLine::Whole,
        modified: parse.clock.now().wall,
    };
    tell(parse, pipeline, source, &piece, &input);
    if let Some(file) = source.files.get_mut(lane) {
        file.keep(&input.bytes);
    }
}

/// What waited long enough is over.
fn silence(parse: &mut Parse, pipeline: &mut Pipeline, source: &mut Heard) {
    let now = parse.clock.now();
    for lane in pipeline.overdue(now) {
        let piece = Piece::AtEnd {
            lane,
            modified: now.wall,
        };
        tell(parse, pipeline, source, &piece, &Input::default());
    }
    parse.printer.flush();
}

fn tell(
    parse: &mut Parse,
    pipeline: &mut Pipeline,
    source: &mut Heard,
    piece: &Piece,
    input: &Input,
) {
    let (now, mut found) = (parse.clock.now(), Found::default());
    pipeline.feed(piece, input, source, now, &mut found);
    let (Piece::Bytes { lane, .. }
    | Piece::Entries { lane, .. }
    | Piece::AtEnd { lane, .. }
    | Piece::Finished { lane }) = piece;
    let path = source.lane(*lane).map_or(Path::new(""), |l| &l.path);
    parse.take(path, &mut found, now);
}

fn id(lane: usize) -> LaneId {
    LaneId(u32::try_from(lane).unwrap_or(u32::MAX))
}

fn origin(lane: usize) -> Origin {
    let mut uid = [0; 16];
    for (to, from) in uid.iter_mut().zip((lane as u64).to_le_bytes()) {
        *to = from;
    }
    Origin { uid, generation: 0 }
}

/// The lines source so far, as far as they may be read back.
struct Heard {
    files: Vec<File>,
    writing: Writing,
}

struct File {
    lane: Lane,
    offset: u64,
    kept: Vec<u8>,
}

impl File {
    fn keep(&mut self, line: &[u8]) {
        self.offset += line.len() as u64;
        self.kept.extend_from_slice(line);
        if self.kept.len() > 2 * KEPT_BYTES {
            self.kept.drain(..self.kept.len() - KEPT_BYTES);
        }
    }
}

impl Heard {
    fn new(writing: Writing) -> Self {
        Self {
            files: Vec::new(),
            writing,
        }
    }

    fn lane_of(&mut self, path: &Path) -> usize {
        if let Some(known) = self.files.iter().position(|f| *f.lane.path == *path) {
            return known;
        }
        self.files.push(File {
            lane: Lane {
                path: path.into(),
                apps: vec![0],
                writing: self.writing.clone(),
            },
            offset: 0,
            kept: Vec::new(),
        });
        self.files.len() - 1
    }
}

impl Source for Heard {
    fn next(
        &mut self,
        _: crate::os::Now,
        _: &dyn Fn(AppIx) -> bool,
        _: &mut Input,
    ) -> Option<Piece> {
        None
    }

    fn due(&self, _: crate::os::Now) -> Option<Duration> {
        None
    }

    fn poke(&mut self, _: LaneId) {}

    fn lane(&self, lane: LaneId) -> Option<&Lane> {
        self.files.get(lane.0 as usize).map(|f| &f.lane)
    }

    fn read_back(&mut self, of: Origin, before: u64, max: usize, bytes: &mut Vec<u8>) {
        bytes.clear();
        let place = self
            .files
            .iter()
            .enumerate()
            .find(|(lane, _)| origin(*lane) == of);
        let Some((_, file)) = place else { return };
        let begins = file.offset - file.kept.len() as u64;
        let end = usize::try_from(before.saturating_sub(begins)).unwrap_or(usize::MAX);
        if let Some(known) = file.kept.get(..end) {
            bytes.extend_from_slice(known.get(end.saturating_sub(max)..).unwrap_or_default());
        }
    }

    fn stored_hold(&self, _: Origin) -> Hold {
        Hold::default()
    }

    fn checkpoint(&mut self, _: &dyn Fn(Origin) -> Option<Hold>) -> Vec<FileCheckpoint> {
        Vec::new()
    }

    fn forgotten(&mut self) -> Vec<Origin> {
        Vec::new()
    }

    fn committed(&mut self) {}

    fn rewind(&mut self) {}

    fn losses(&mut self) -> Vec<Loss> {
        Vec::new()
    }
}
