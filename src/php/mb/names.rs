//! Names of charsets, in the order and spelling of PHP 8.2's `mb_list_encodings()`.

use super::iso2022::Variant;
use super::single_tables;
use super::unicode::Order;

/// How a charset is read and written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Codec {
    Base64,
    Uuencode,
    HtmlEntities,
    QuotedPrintable,
    EightBit,
    Ucs4(Order),
    Ucs2(Order),
    Utf32(Order),
    Utf16(Order),
    Utf8,
    Utf8Mobile,
    Utf7,
    Utf7Imap,
    Ascii,
    Single(&'static str),
    Multibyte(Family),
    Iso2022(Variant),
}

/// Which bytes are taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    EucJp,
    EucJp2004,
    Cp51932,
    Sjis,
    /// CP932 and SJIS-win.
    Cp932,
    Sjis2004,
    SjisMac,
    SjisMobile,
    SjisSoftbank,
    EucCn,
    Cp936,
    Gb18030,
    EucTw,
    Big5,
    Cp950,
    EucKr,
    Uhc,
}

impl Family {
    /// Whether a byte starts a pair that is consumed as one, be it right or wrong.
    pub(super) const fn is_lead(self, byte: u8) -> bool {
        match self {
            Self::EucJp | Self::EucJp2004 | Self::Cp51932 => matches!(byte, 0x8E | 0xA1..=0xFE),
            Self::Sjis => matches!(byte, 0x81..=0x9F | 0xE0..=0xEF),
            Self::SjisMac => matches!(byte, 0x81..=0x9F | 0xE0..=0xED),
            Self::Cp932 | Self::Sjis2004 | Self::SjisMobile | Self::SjisSoftbank => {
                matches!(byte, 0x81..=0x9F | 0xE0..=0xFC)
            }
            Self::EucCn => matches!(byte, 0xA1..=0xA9 | 0xB0..=0xF7),
            Self::Cp936 | Self::Gb18030 | Self::Cp950 => matches!(byte, 0x81..=0xFE),
            Self::EucTw => matches!(byte, 0xA1..=0xA6 | 0xC2 | 0xC4..=0xFD),
            Self::Big5 => matches!(byte, 0xA1..=0xC7 | 0xC9..=0xF9),
            Self::EucKr => matches!(byte, 0xA1..=0xAC | 0xB0..=0xC8 | 0xCA..=0xFD),
            Self::Uhc => matches!(byte, 0x81..=0xC8 | 0xCA..=0xFD),
        }
    }
}

/// A charset of mbstring: its name, its MIME name, its other names, how it is read and written.
pub(super) struct Charset {
    pub(super) name: &'static str,
    pub(super) mime: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) codec: Codec,
}

impl Charset {
    /// The name of its decoding table.
    pub(super) fn table(&self) -> &'static str {
        match self.name {
            "SJIS-win" => "CP932",
            name => name,
        }
    }

    /// How many bytes a character has, by its first; nothing if mbstring has to decode to know.
    pub(super) fn widths(&self) -> Option<fn(u8) -> usize> {
        Some(match self.codec {
            Codec::Single(_) | Codec::Ascii | Codec::EightBit | Codec::Uuencode => |_| 1,
            Codec::Ucs2(_) => |_| 2,
            Codec::Ucs4(_) | Codec::Utf32(_) => |_| 4,
            Codec::Utf8 | Codec::Utf8Mobile => super::length_by_lead,
            Codec::Multibyte(family) => match family {
                Family::EucJp | Family::EucJp2004 => |lead| match lead {
                    0x8E | 0xA1..=0xFE => 2,
                    0x8F => 3,
                    _ => 1,
                },
                Family::Cp51932 => |lead| {
                    if matches!(lead, 0x8E | 0xA1..=0xFE) {
                        2
                    } else {
                        1
                    }
                },
                Family::Sjis => |lead| shift_jis(lead, 0xEF),
                Family::SjisMac => |lead| shift_jis(lead, 0xED),
                Family::Sjis2004 | Family::SjisMobile | Family::SjisSoftbank => {
                    |lead| shift_jis(lead, 0xFC)
                }
                Family::Cp932 => |lead| shift_jis(lead, 0xFF),
                Family::EucCn | Family::EucKr => {
                    |lead| 1 + usize::from(matches!(lead, 0xA1..=0xFE))
                }
                Family::Cp936 | Family::Big5 | Family::Cp950 | Family::Uhc => {
                    |lead| 1 + usize::from(matches!(lead, 0x81..=0xFE))
                }
                Family::EucTw => |lead| match lead {
                    0x8E => 4,
                    0xA1..=0xFE => 2,
                    _ => 1,
                },
                Family::Gb18030 => return None,
            },
            _ => return None,
        })
    }
}

const fn shift_jis(lead: u8, last: u8) -> usize {
    if matches!(lead, 0x81..=0x9F) || lead >= 0xE0 && lead <= last {
        2
    } else {
        1
    }
}

const fn charset(
    name: &'static str,
    mime: &'static str,
    aliases: &'static [&'static str],
    codec: Codec,
) -> Charset {
    Charset {
        name,
        mime,
        aliases,
        codec,
    }
}

/// Port of `mbfl_name2encoding()`: by name, by MIME name, by alias, whatever the case.
pub(super) fn find(name: &[u8]) -> Option<&'static Charset> {
    let is = |own: &str| own.as_bytes().eq_ignore_ascii_case(name);
    CHARSETS
        .iter()
        .find(|charset| is(charset.name))
        .or_else(|| {
            CHARSETS
                .iter()
                .find(|charset| !charset.mime.is_empty() && is(charset.mime))
        })
        .or_else(|| {
            CHARSETS
                .iter()
                .find(|charset| charset.aliases.iter().any(|alias| is(alias)))
        })
}

/// All charsets of mbstring.
pub(super) const CHARSETS: &[Charset] = &[
    charset("BASE64", "BASE64", &[], Codec::Base64),
    charset("UUENCODE", "x-uuencode", &[], Codec::Uuencode),
    charset(
        "HTML-ENTITIES",
        "HTML-ENTITIES",
        &["HTML", "html"],
        Codec::HtmlEntities,
    ),
    charset(
        "Quoted-Printable",
        "Quoted-Printable",
        &["qprint"],
        Codec::QuotedPrintable,
    ),
    charset("7bit", "7bit", &[], Codec::Ascii),
    charset("8bit", "8bit", &["binary"], Codec::EightBit),
    charset(
        "UCS-4",
        "UCS-4",
        &["ISO-10646-UCS-4", "UCS4"],
        Codec::Ucs4(Order::Mark),
    ),
    charset("UCS-4BE", "UCS-4BE", &["byte4be"], Codec::Ucs4(Order::Big)),
    charset(
        "UCS-4LE",
        "UCS-4LE",
        &["byte4le"],
        Codec::Ucs4(Order::Little),
    ),
    charset(
        "UCS-2",
        "UCS-2",
        &["ISO-10646-UCS-2", "UCS2", "UNICODE"],
        Codec::Ucs2(Order::Mark),
    ),
    charset("UCS-2BE", "UCS-2BE", &["byte2be"], Codec::Ucs2(Order::Big)),
    charset(
        "UCS-2LE",
        "UCS-2LE",
        &["byte2le"],
        Codec::Ucs2(Order::Little),
    ),
    charset("UTF-32", "UTF-32", &["utf32"], Codec::Utf32(Order::Mark)),
    charset("UTF-32BE", "UTF-32BE", &[], Codec::Utf32(Order::Big)),
    charset("UTF-32LE", "UTF-32LE", &[], Codec::Utf32(Order::Little)),
    charset("UTF-16", "UTF-16", &["utf16"], Codec::Utf16(Order::Mark)),
    charset("UTF-16BE", "UTF-16BE", &[], Codec::Utf16(Order::Big)),
    charset("UTF-16LE", "UTF-16LE", &[], Codec::Utf16(Order::Little)),
    charset("UTF-8", "UTF-8", &["utf8"], Codec::Utf8),
    charset("UTF-7", "UTF-7", &["utf7"], Codec::Utf7),
    charset("UTF7-IMAP", "", &["mUTF-7"], Codec::Utf7Imap),
    charset(
        "ASCII",
        "US-ASCII",
        &[
            "ANSI_X3.4-1968",
            "iso-ir-6",
            "ANSI_X3.4-1986",
            "ISO_646.irv:1991",
            "US-ASCII",
            "ISO646-US",
            "us",
            "IBM367",
            "IBM-367",
            "cp367",
            "csASCII",
        ],
        Codec::Ascii,
    ),
    charset(
        "EUC-JP",
        "EUC-JP",
        &["EUC", "EUC_JP", "eucJP", "x-euc-jp"],
        Codec::Multibyte(Family::EucJp),
    ),
    charset(
        "SJIS",
        "Shift_JIS",
        &["x-sjis", "SHIFT-JIS"],
        Codec::Multibyte(Family::Sjis),
    ),
    charset(
        "eucJP-win",
        "EUC-JP",
        &["eucJP-open", "eucJP-ms"],
        Codec::Multibyte(Family::EucJp),
    ),
    charset(
        "EUC-JP-2004",
        "EUC-JP",
        &["EUC_JP-2004"],
        Codec::Multibyte(Family::EucJp2004),
    ),
    charset(
        "SJIS-Mobile#DOCOMO",
        "Shift_JIS",
        &["SJIS-DOCOMO", "shift_jis-imode", "x-sjis-emoji-docomo"],
        Codec::Multibyte(Family::SjisMobile),
    ),
    charset(
        "SJIS-Mobile#KDDI",
        "Shift_JIS",
        &["SJIS-KDDI", "shift_jis-kddi", "x-sjis-emoji-kddi"],
        Codec::Multibyte(Family::SjisMobile),
    ),
    charset(
        "SJIS-Mobile#SOFTBANK",
        "Shift_JIS",
        &[
            "SJIS-SOFTBANK",
            "shift_jis-softbank",
            "x-sjis-emoji-softbank",
        ],
        Codec::Multibyte(Family::SjisSoftbank),
    ),
    charset(
        "SJIS-mac",
        "Shift_JIS",
        &["MacJapanese", "x-Mac-Japanese"],
        Codec::Multibyte(Family::SjisMac),
    ),
    charset(
        "SJIS-2004",
        "Shift_JIS",
        &["SJIS2004", "Shift_JIS-2004"],
        Codec::Multibyte(Family::Sjis2004),
    ),
    charset(
        "UTF-8-Mobile#DOCOMO",
        "UTF-8",
        &["UTF-8-DOCOMO", "UTF8-DOCOMO"],
        Codec::Utf8Mobile,
    ),
    charset("UTF-8-Mobile#KDDI-A", "UTF-8", &[], Codec::Utf8Mobile),
    charset(
        "UTF-8-Mobile#KDDI-B",
        "UTF-8",
        &["UTF-8-Mobile#KDDI", "UTF-8-KDDI", "UTF8-KDDI"],
        Codec::Utf8Mobile,
    ),
    charset(
        "UTF-8-Mobile#SOFTBANK",
        "UTF-8",
        &["UTF-8-SOFTBANK", "UTF8-SOFTBANK"],
        Codec::Utf8Mobile,
    ),
    charset(
        "CP932",
        "Shift_JIS",
        &["MS932", "Windows-31J", "MS_Kanji"],
        Codec::Multibyte(Family::Cp932),
    ),
    charset(
        "SJIS-win",
        "Shift_JIS",
        &["SJIS-ms", "SJIS-open"],
        Codec::Multibyte(Family::Cp932),
    ),
    charset(
        "CP51932",
        "CP51932",
        &["cp51932"],
        Codec::Multibyte(Family::Cp51932),
    ),
    charset("JIS", "ISO-2022-JP", &[], Codec::Iso2022(Variant::Jis)),
    charset(
        "ISO-2022-JP",
        "ISO-2022-JP",
        &[],
        Codec::Iso2022(Variant::Iso2022Jp),
    ),
    charset(
        "ISO-2022-JP-MS",
        "ISO-2022-JP",
        &["ISO2022JPMS"],
        Codec::Iso2022(Variant::Iso2022JpMs),
    ),
    charset(
        "GB18030",
        "GB18030",
        &["gb-18030", "gb-18030-2000"],
        Codec::Multibyte(Family::Gb18030),
    ),
    charset(
        "Windows-1252",
        "Windows-1252",
        &["cp1252"],
        Codec::Single(single_tables::WINDOWS_1252),
    ),
    charset(
        "Windows-1254",
        "Windows-1254",
        &["CP1254", "CP-1254", "WINDOWS-1254"],
        Codec::Single(single_tables::WINDOWS_1254),
    ),
    charset(
        "ISO-8859-1",
        "ISO-8859-1",
        &["ISO8859-1", "latin1"],
        Codec::Single(single_tables::ISO_8859_1),
    ),
    charset(
        "ISO-8859-2",
        "ISO-8859-2",
        &["ISO8859-2", "latin2"],
        Codec::Single(single_tables::ISO_8859_2),
    ),
    charset(
        "ISO-8859-3",
        "ISO-8859-3",
        &["ISO8859-3", "latin3"],
        Codec::Single(single_tables::ISO_8859_3),
    ),
    charset(
        "ISO-8859-4",
        "ISO-8859-4",
        &["ISO8859-4", "latin4"],
        Codec::Single(single_tables::ISO_8859_4),
    ),
    charset(
        "ISO-8859-5",
        "ISO-8859-5",
        &["ISO8859-5", "cyrillic"],
        Codec::Single(single_tables::ISO_8859_5),
    ),
    charset(
        "ISO-8859-6",
        "ISO-8859-6",
        &["ISO8859-6", "arabic"],
        Codec::Single(single_tables::ISO_8859_6),
    ),
    charset(
        "ISO-8859-7",
        "ISO-8859-7",
        &["ISO8859-7", "greek"],
        Codec::Single(single_tables::ISO_8859_7),
    ),
    charset(
        "ISO-8859-8",
        "ISO-8859-8",
        &["ISO8859-8", "hebrew"],
        Codec::Single(single_tables::ISO_8859_8),
    ),
    charset(
        "ISO-8859-9",
        "ISO-8859-9",
        &["ISO8859-9", "latin5"],
        Codec::Single(single_tables::ISO_8859_9),
    ),
    charset(
        "ISO-8859-10",
        "ISO-8859-10",
        &["ISO8859-10", "latin6"],
        Codec::Single(single_tables::ISO_8859_10),
    ),
    charset(
        "ISO-8859-13",
        "ISO-8859-13",
        &["ISO8859-13"],
        Codec::Single(single_tables::ISO_8859_13),
    ),
    charset(
        "ISO-8859-14",
        "ISO-8859-14",
        &["ISO8859-14", "latin8"],
        Codec::Single(single_tables::ISO_8859_14),
    ),
    charset(
        "ISO-8859-15",
        "ISO-8859-15",
        &["ISO8859-15"],
        Codec::Single(single_tables::ISO_8859_15),
    ),
    charset(
        "ISO-8859-16",
        "ISO-8859-16",
        &["ISO8859-16"],
        Codec::Single(single_tables::ISO_8859_16),
    ),
    charset(
        "EUC-CN",
        "CN-GB",
        &["CN-GB", "EUC_CN", "eucCN", "x-euc-cn", "gb2312"],
        Codec::Multibyte(Family::EucCn),
    ),
    charset(
        "CP936",
        "CP936",
        &["CP-936", "GBK"],
        Codec::Multibyte(Family::Cp936),
    ),
    charset("HZ", "HZ-GB-2312", &[], Codec::Iso2022(Variant::Hz)),
    charset(
        "EUC-TW",
        "EUC-TW",
        &["EUC_TW", "eucTW", "x-euc-tw"],
        Codec::Multibyte(Family::EucTw),
    ),
    charset(
        "BIG-5",
        "BIG5",
        &["CN-BIG5", "BIG-FIVE", "BIGFIVE"],
        Codec::Multibyte(Family::Big5),
    ),
    charset("CP950", "BIG5", &[], Codec::Multibyte(Family::Cp950)),
    charset(
        "EUC-KR",
        "EUC-KR",
        &["EUC_KR", "eucKR", "x-euc-kr"],
        Codec::Multibyte(Family::EucKr),
    ),
    charset("UHC", "UHC", &["CP949"], Codec::Multibyte(Family::Uhc)),
    charset(
        "ISO-2022-KR",
        "ISO-2022-KR",
        &[],
        Codec::Iso2022(Variant::Iso2022Kr),
    ),
    charset(
        "Windows-1251",
        "Windows-1251",
        &["CP1251", "CP-1251", "WINDOWS-1251"],
        Codec::Single(single_tables::WINDOWS_1251),
    ),
    charset(
        "CP866",
        "CP866",
        &["CP-866", "IBM866", "IBM-866"],
        Codec::Single(single_tables::CP866),
    ),
    charset(
        "KOI8-R",
        "KOI8-R",
        &["KOI8R"],
        Codec::Single(single_tables::KOI8_R),
    ),
    charset(
        "KOI8-U",
        "KOI8-U",
        &["KOI8U"],
        Codec::Single(single_tables::KOI8_U),
    ),
    charset(
        "ArmSCII-8",
        "ArmSCII-8",
        &["ArmSCII8", "ARMSCII-8", "ARMSCII8"],
        Codec::Single(single_tables::ARMSCII_8),
    ),
    charset(
        "CP850",
        "CP850",
        &["CP-850", "IBM850", "IBM-850"],
        Codec::Single(single_tables::CP850),
    ),
    charset(
        "ISO-2022-JP-2004",
        "ISO-2022-JP-2004",
        &[],
        Codec::Iso2022(Variant::Iso2022Jp2004),
    ),
    charset(
        "ISO-2022-JP-MOBILE#KDDI",
        "ISO-2022-JP",
        &["ISO-2022-JP-KDDI"],
        Codec::Iso2022(Variant::Iso2022JpKddi),
    ),
    charset(
        "CP50220",
        "ISO-2022-JP",
        &["cp50220raw", "cp50220-raw", "JIS-ms"],
        Codec::Iso2022(Variant::Cp50220),
    ),
    charset(
        "CP50221",
        "ISO-2022-JP",
        &[],
        Codec::Iso2022(Variant::Cp50221),
    ),
    charset(
        "CP50222",
        "ISO-2022-JP",
        &[],
        Codec::Iso2022(Variant::Cp50222),
    ),
];
