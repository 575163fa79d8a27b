//! Text strings of PDF: ASCII as it is, everything else as UTF-16 with a byte order mark.

use lopdf::{Object, StringFormat};

/// The bytes of `text` as a PDF text string.
pub(super) fn text_bytes(text: &str) -> Vec<u8> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.as_bytes().to_vec();
    }
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    [0xfe, 0xff].into_iter().chain(units).collect()
}

/// `text` as an object.
pub(super) fn text_string(text: &str) -> Object {
    Object::String(text_bytes(text), StringFormat::Literal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_other_than_ascii_is_utf_16() {
        assert_eq!(text_bytes("A (b)"), b"A (b)");
        assert_eq!(text_bytes("ŵ"), [0xfe, 0xff, 0x01, 0x75]);
    }
}
