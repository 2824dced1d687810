//! How much is read at once. In: how long the last piece took. Out: room for the next, so that dealing with it takes about as
//! long whatever it holds: ordinary lines cost next to nothing, lines that are all traces a thousand times as much, and
//! every other file waits meanwhile.

use std::time::Duration;

use crate::bounds::{CHUNK_BYTES, CHUNK_BYTES_MIN, CHUNK_WAIT_MS};
use crate::source::{Input, Piece};

/// Makes the room for the next piece. `took`: from before this one was read until it was dealt with.
pub(super) fn settle(input: &mut Input, piece: &Piece, took: Duration) {
    if let Piece::Bytes { .. } = piece {
        input.room = next(input.room, input.bytes.len(), took);
    }
}

fn next(room: usize, bytes: usize, took: Duration) -> usize {
    let room = if room == 0 { CHUNK_BYTES } else { room };
    let wanted = Duration::from_millis(CHUNK_WAIT_MS);
    if took > wanted {
        let fits = bytes as f64 * wanted.as_secs_f64() / took.as_secs_f64();
        return room.min(fits as usize).max(CHUNK_BYTES_MIN);
    }
    // A piece that did not fill the room tells nothing of a larger one.
    if bytes >= room / 2 && took * 2 <= wanted {
        return (room * 2).min(CHUNK_BYTES);
    }
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn what_costs_much_is_read_in_small_pieces_and_what_costs_little_in_large_ones() {
        assert_eq!(next(0, CHUNK_BYTES, MS), CHUNK_BYTES);
        let dense = next(0, CHUNK_BYTES, 20 * MS);
        assert_eq!(dense, CHUNK_BYTES / 4);
        assert_eq!(next(dense, dense, 5 * MS), dense, "as long as is wanted");
        assert_eq!(
            next(dense, 600, MS / 10),
            dense,
            "a small piece tells nothing"
        );
        assert_eq!(next(dense, dense, MS), 2 * dense);
        assert_eq!(next(dense, dense, 1_000 * MS), CHUNK_BYTES_MIN);
        let mut room = CHUNK_BYTES_MIN;
        for _ in 0..5 {
            room = next(room, room - 100, MS / 10);
        }
        assert_eq!(room, CHUNK_BYTES);
    }
}
