//! Numeric references that mean Windows-1252.

use memchr::memmem;

use crate::php::string::strtr;

/// What browsers once made of `&#128;` to `&#159;`.
const WP_HTMLTRANSWINUNI: [(&[u8], &[u8]); 32] = [
    (b"&#128;", b"&#8364;"),
    (b"&#129;", b""),
    (b"&#130;", b"&#8218;"),
    (b"&#131;", b"&#402;"),
    (b"&#132;", b"&#8222;"),
    (b"&#133;", b"&#8230;"),
    (b"&#134;", b"&#8224;"),
    (b"&#135;", b"&#8225;"),
    (b"&#136;", b"&#710;"),
    (b"&#137;", b"&#8240;"),
    (b"&#138;", b"&#352;"),
    (b"&#139;", b"&#8249;"),
    (b"&#140;", b"&#338;"),
    (b"&#141;", b""),
    (b"&#142;", b"&#381;"),
    (b"&#143;", b""),
    (b"&#144;", b""),
    (b"&#145;", b"&#8216;"),
    (b"&#146;", b"&#8217;"),
    (b"&#147;", b"&#8220;"),
    (b"&#148;", b"&#8221;"),
    (b"&#149;", b"&#8226;"),
    (b"&#150;", b"&#8211;"),
    (b"&#151;", b"&#8212;"),
    (b"&#152;", b"&#732;"),
    (b"&#153;", b"&#8482;"),
    (b"&#154;", b"&#353;"),
    (b"&#155;", b"&#8250;"),
    (b"&#156;", b"&#339;"),
    (b"&#157;", b""),
    (b"&#158;", b"&#382;"),
    (b"&#159;", b"&#376;"),
];

/// Port of `convert_invalid_entities()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// References to C1 controls become those of the Windows-1252 characters meant, or go.
pub fn convert_invalid_entities(content: &[u8]) -> Vec<u8> {
    if memmem::find(content, b"&#1").is_none() {
        return content.to_vec();
    }
    strtr(content, &WP_HTMLTRANSWINUNI)
}
