//! How large the batches of Arrow's own files become, by their own word: the reader of the format allocates what is claimed.

use arrow_ipc::{Block, Message, RecordBatch, root_as_footer, root_as_message};

/// `ARROW1`, which ends a file behind the length of its footer.
const MAGIC: usize = 6;
/// Marks the length of a message.
const CONTINUES: [u8; 4] = [0xff; 4];

/// Unpacked bytes of the largest batch of a file with an index; of damage nothing, which the reader refuses.
pub(super) fn largest_of_file(bytes: &[u8]) -> u64 {
    let claims = || {
        let end = bytes.len().checked_sub(MAGIC + 4)?;
        let (footer, length) = bytes[..end + 4].split_at(end);
        let length = usize::try_from(word(length)?).ok()?;
        let footer = root_as_footer(&footer[end.checked_sub(length)?..]).ok()?;
        let blocks = [footer.recordBatches(), footer.dictionaries()];
        let blocks = blocks.into_iter().flatten().flat_map(|all| all.iter());
        blocks
            .map(|block| of_block(bytes, block).unwrap_or(0))
            .max()
    };
    claims().unwrap_or(0)
}

/// The same of messages that follow each other.
pub(super) fn largest_of_stream(bytes: &[u8]) -> u64 {
    let (mut rest, mut largest) = (bytes, 0);
    while let Some((claimed, behind)) = message(rest) {
        largest = largest.max(claimed);
        rest = behind;
    }
    largest
}

/// What the reader makes room for, and what the buffers in it claim: it goes by the lengths in the footer, not by that of the message.
fn of_block(bytes: &[u8], block: &Block) -> Option<u64> {
    let start = usize::try_from(block.offset()).ok()?;
    let head = usize::try_from(block.metaDataLength()).ok()?;
    let length = head.checked_add(usize::try_from(block.bodyLength()).ok()?)?;
    let room = length as u64;
    let Some(bytes) = bytes.get(start..).and_then(|rest| rest.get(..length)) else {
        return Some(room);
    };
    let skipped = if bytes.starts_with(&CONTINUES) { 8 } else { 4 };
    let message = bytes.get(skipped..).map(root_as_message);
    let Some(Ok(message)) = message else {
        return Some(room);
    };
    Some(room.saturating_add(of_message(&message, &bytes[head..])))
}

/// What the first message claims, and what is behind it; of one that breaks off the room that the reader makes for it.
fn message(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let bytes = bytes.strip_prefix(&CONTINUES).unwrap_or(bytes);
    let length = usize::try_from(word(bytes)?).ok().filter(|&own| own > 0)?;
    let Some((head, body)) = bytes[4..].split_at_checked(length) else {
        return Some((length as u64, &[]));
    };
    let head = root_as_message(head).ok()?;
    let room = u64::try_from(head.bodyLength()).ok()?;
    let parts = usize::try_from(room).ok();
    let Some((body, behind)) = parts.and_then(|length| body.split_at_checked(length)) else {
        return Some((room, &[]));
    };
    Some((room.saturating_add(of_message(&head, body)), behind))
}

/// What the buffers of a message claim to become.
fn of_message(message: &Message<'_>, body: &[u8]) -> u64 {
    let of_dictionary = || message.header_as_dictionary_batch()?.data();
    let batch = message.header_as_record_batch().or_else(of_dictionary);
    batch.map_or(0, |batch| claimed(&batch, body))
}

/// Each packed buffer begins with its unpacked length, or -1 if it is not packed after all.
fn claimed(batch: &RecordBatch<'_>, body: &[u8]) -> u64 {
    if batch.compression().is_none() {
        return 0;
    }
    let length = |offset: i64| {
        let start = usize::try_from(offset).ok()?;
        let bytes = body.get(start..start.checked_add(8)?)?;
        u64::try_from(i64::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    let buffers = batch.buffers().into_iter().flatten();
    let lengths = buffers.map(|buffer| length(buffer.offset()).unwrap_or(0));
    lengths.fold(0, u64::saturating_add)
}

fn word(bytes: &[u8]) -> Option<i32> {
    let bytes = bytes.get(..4)?.try_into().ok()?;
    Some(i32::from_le_bytes(bytes))
}
