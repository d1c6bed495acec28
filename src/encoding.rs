//! The bytes of a file that anybody may have written, as text: every reader of a file begins here.

use std::borrow::Cow;

/// Why bytes are no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    #[error("it is not text: the byte at {at} is not UTF-8")]
    NotUtf8 { at: usize },
    /// Half a character, or half of a pair: the file was cut, or only begins like UTF-16.
    #[error(
        "it begins like UTF-16, as PowerShell's > writes, and is broken; write it as UTF-8 (Out-File -Encoding utf8)"
    )]
    BrokenUtf16,
}

/// The text: UTF-8, or UTF-16, which Windows PowerShell 5 makes of `>`. A byte order mark is left out.
///
/// # Errors
///
/// Where the bytes are neither.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, NotText> {
    let wide = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xfe, 0xff, rest @ ..] => Some((rest, u16::from_be_bytes as _)),
        // Without a mark: what is read here begins with ASCII, half of which is a zero in UTF-16.
        [first, 0, ..] if *first != 0 => Some((bytes, u16::from_le_bytes as _)),
        [0, second, ..] if *second != 0 => Some((bytes, u16::from_be_bytes as _)),
        _ => None,
    };
    let Some((bytes, unit)) = wide else {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| NotText::NotUtf8 {
            at: error.valid_up_to(),
        })?;
        return Ok(Cow::Borrowed(text));
    };
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(NotText::BrokenUtf16);
    }
    let units = pairs.filter_map(|pair| Some(unit(pair.try_into().ok()?)));
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .map(Cow::Owned)
        .map_err(|_| NotText::BrokenUtf16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_in_every_encoding_and_with_or_without_a_mark() {
        const TEXT: &str = "{\"Name\": \"é🦀\"}";
        let wide = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            TEXT.encode_utf16().flat_map(bytes).collect()
        };
        for (mark, bytes) in [
            (&b"\xef\xbb\xbf"[..], TEXT.as_bytes().to_vec()),
            (b"\xff\xfe", wide(u16::to_le_bytes)),
            (b"\xfe\xff", wide(u16::to_be_bytes)),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Ok(TEXT));
            assert_eq!(decode(&[mark, &bytes].concat()).as_deref(), Ok(TEXT));
        }
        assert_eq!(decode(b"").as_deref(), Ok(""));
    }

    #[test]
    fn what_is_no_text_is_told_where() {
        assert_eq!(decode(b"{\"\x80"), Err(NotText::NotUtf8 { at: 2 }));
        assert_eq!(decode(b"\xff\xfe{"), Err(NotText::BrokenUtf16));
        assert_eq!(decode(b"\xff\xfe\x00\xd8"), Err(NotText::BrokenUtf16));
    }
}
