//! MO files made by hand, whole and broken.

/// A translation to be: entries in order.
#[derive(Clone, Debug, Default)]
pub struct Mo {
    entries: Vec<(Vec<u8>, Vec<u8>)>,
    big_endian: bool,
}

impl Mo {
    /// With the header entry that every file has.
    pub fn new() -> Self {
        Self::default().entry(
            "",
            "",
            "Project-Id-Version: test\nContent-Type: text/plain; charset=UTF-8\n",
        )
    }

    /// One more translation. An empty context is none.
    pub fn entry(mut self, context: &str, text: &str, translation: impl AsRef<[u8]>) -> Self {
        let original = match context {
            "" => text.to_owned(),
            context => format!("{context}\u{4}{text}"),
        };
        self.entries
            .push((original.into_bytes(), translation.as_ref().to_vec()));
        self
    }

    /// The other byte order.
    pub fn big_endian(mut self) -> Self {
        self.big_endian = true;
        self
    }

    /// The file: header, the two tables, the strings.
    pub fn bytes(&self) -> Vec<u8> {
        let word = |number: usize| {
            let number = u32::try_from(number).expect("a small file");
            if self.big_endian {
                number.to_be_bytes()
            } else {
                number.to_le_bytes()
            }
        };
        let count = self.entries.len();
        let (originals, translations) = (28, 28 + 8 * count);
        let strings = translations + 8 * count;
        let mut file = Vec::new();
        for number in [0x9504_12de, 0, count, originals, translations, 0, strings] {
            file.extend(word(number));
        }
        let mut texts = Vec::new();
        let columns = [
            self.entries
                .iter()
                .map(|(original, _)| original)
                .collect::<Vec<_>>(),
            self.entries
                .iter()
                .map(|(_, translation)| translation)
                .collect(),
        ];
        for text in columns.into_iter().flatten() {
            file.extend(word(text.len()));
            file.extend(word(strings + texts.len()));
            texts.extend_from_slice(text);
            texts.push(0);
        }
        file.extend(texts);
        file
    }
}
