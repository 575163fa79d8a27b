//! Compressing and writing. The identifier is a digest of the file, so it depends on nothing else.

use crate::document::PaperError;
use flate2::{Compress, Compression, FlushCompress, Status};
use lopdf::{Object, StringFormat};
use sha2::{Digest, Sha256};
use std::cell::RefCell;

/// Bytes of the identifier.
const ID_LENGTH: usize = 16;

/// The bytes of `file`.
pub(super) fn save(mut file: lopdf::Document) -> Result<Vec<u8>, PaperError> {
    file.version = "1.7".to_owned();
    // Tells whoever moves the file that it is not text.
    file.binary_mark = vec![0xe2, 0xe3, 0xcf, 0xd3];
    file.objects.values_mut().for_each(compress);
    let blank = Object::String(vec![0; ID_LENGTH], StringFormat::Hexadecimal);
    file.trailer.set("ID", vec![blank.clone(), blank]);
    let mut bytes = Vec::with_capacity(128 * 1024);
    file.save_to(&mut bytes)
        .map_err(|error| PaperError::Pdf(error.to_string()))?;
    identify(&mut bytes)?;
    Ok(bytes)
}

fn compress(object: &mut Object) {
    if let Object::Stream(stream) = object
        && stream.allows_compression
        && !stream.dict.has(b"Filter")
    {
        let content = deflate(&mut stream.content);
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(content);
    }
}

/// Puts a digest of the file in the place of the blank identifiers.
fn identify(bytes: &mut [u8]) -> Result<(), PaperError> {
    let digest = Sha256::digest(&*bytes);
    let digits: String = digest[..ID_LENGTH]
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let blank = "0".repeat(2 * ID_LENGTH).into_bytes();
    let missing = || PaperError::Pdf("the trailer has no identifier".to_owned());
    // The trailer is the last of the file, so nothing that was typed can come after it.
    let trailer = bytes
        .windows(3)
        .rposition(|three| three == b"/ID")
        .ok_or_else(missing)?;
    for _ in 0..2 {
        let trailer = &mut bytes[trailer..];
        let place = trailer
            .windows(blank.len())
            .position(|here| here == blank)
            .ok_or_else(missing)?;
        trailer[place..place + blank.len()].copy_from_slice(digits.as_bytes());
    }
    Ok(())
}

thread_local! {
    /// The compressor's 300 KB of tables, cleared once a stream and allocated once a thread. Quickest of
    /// all levels: a tenth more bytes for a sixth less time.
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), true));
}

/// `content`, deflated. A carriage return at the end of a stream would be taken for a part of the
/// line end behind it, so `content` may be lengthened by line feeds, which no stream here minds.
pub(super) fn deflate(content: &mut Vec<u8>) -> Vec<u8> {
    loop {
        let deflated = deflate_once(content);
        if deflated.last() != Some(&b'\r') {
            return deflated;
        }
        content.push(b'\n');
    }
}

/// `content`, deflated as it is.
pub(super) fn deflate_once(content: &[u8]) -> Vec<u8> {
    DEFLATE.with_borrow_mut(|compressor| {
        compressor.reset();
        let mut out = Vec::with_capacity(content.len() / 2 + 256);
        loop {
            let rest = &content[compressor.total_in() as usize..];
            let status = compressor.compress_vec(rest, &mut out, FlushCompress::Finish);
            if status.expect("a reset compressor accepts any content") == Status::StreamEnd {
                return out;
            }
            out.reserve(out.len().max(1024));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stream_ends_in_a_carriage_return() {
        for length in 0..1000 {
            let mut content = vec![b'x'; length];
            assert_ne!(deflate(&mut content).last(), Some(&b'\r'));
            assert!(content.len() <= length + 1);
        }
    }
}
