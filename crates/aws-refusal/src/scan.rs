//! Many words sought at once, in any case: one pass, whatever their number.

/// Words in small ASCII letters, of two bytes at least.
pub(crate) struct Words {
    /// Which pairs of bytes a word begins with.
    pairs: Vec<u64>,
    /// Sorted, so that the words of one pair stand together.
    words: Vec<&'static [u8]>,
}

impl Words {
    pub(crate) fn new(words: impl IntoIterator<Item = &'static str>) -> Self {
        let mut words: Vec<&[u8]> = words.into_iter().map(str::as_bytes).collect();
        words.sort_unstable();
        let mut pairs = vec![0_u64; 1 << 10];
        for word in &words {
            let pair = pair(word[0], word[1]);
            pairs[usize::from(pair >> 6)] |= 1 << (pair & 63);
        }
        Self { pairs, words }
    }

    /// Where the first word from `from` on begins, and its length.
    pub(crate) fn find(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let tail = text.get(from..)?;
        for (offset, bytes) in tail.windows(2).enumerate() {
            let pair = pair(bytes[0].to_ascii_lowercase(), bytes[1].to_ascii_lowercase());
            if self.pairs[usize::from(pair >> 6)] & (1 << (pair & 63)) != 0
                && let Some(length) = self.at(&tail[offset..], pair)
            {
                return Some((from + offset, length));
            }
        }
        None
    }

    /// The length of the longest word at the start of `text`.
    fn at(&self, text: &[u8], wanted: u16) -> Option<usize> {
        let first = self
            .words
            .partition_point(|word| pair(word[0], word[1]) < wanted);
        self.words[first..]
            .iter()
            .take_while(|word| pair(word[0], word[1]) == wanted)
            .filter(|word| {
                text.get(..word.len())
                    .is_some_and(|text| text.eq_ignore_ascii_case(word))
            })
            .map(|word| word.len())
            .max()
    }
}

fn pair(first: u8, second: u8) -> u16 {
    u16::from_be_bytes([first, second])
}
