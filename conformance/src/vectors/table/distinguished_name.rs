//! `distinguished_name`: the subject of a certificate and the text that a client registered.

use fapi::requirement::rfc8705::{CERTIFICATE_SUBJECT, DISTINGUISHED_NAME_MATCH};

use crate::vectors::der::{self, Attribute, BMP, IA5, NUMERIC, OCTETS, PRINTABLE, T61, UNIVERSAL, UTF8};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

const CN: &str = "2.5.4.3";
const C: &str = "2.5.4.6";
const O: &str = "2.5.4.10";
const OU: &str = "2.5.4.11";
const DC: &str = "0.9.2342.19200300.100.1.25";
const EMAIL: &str = "1.2.840.113549.1.9.1";
const ORGANIZATION_ID: &str = "2.5.4.97";
/// An attribute type without a known name.
const PRIVATE: &str = "1.3.6.1.4.1.99999.1";

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "distinguished_name",
        &[
            "The tls_client_auth_subject_dn that a client registers, whose certificate is that of the group (DER in base64).",
            "Valid means that the client is registered and then authenticates with that certificate, whose chain counts as verified.",
            "Texts that are not RFC 4514 names are refused when the client is registered, the others when it authenticates.",
        ],
    )
    .flag("Same", "the name as RFC 4514 writes it")
    .flag("Spelling", "another spelling of the same name")
    .flag("Order", "the order of relative names, and of the attributes in one")
    .flag("StringType", "the kinds of strings that certificates have")
    .flag("Escape", "escaped characters, and invalid escapes")
    .flag("Other", "another name")
    .flag("Syntax", "texts that are not names")
    .groups([plain(keys), several(keys), special(keys), types(keys), unknown(keys), unicode(keys), domain(keys), extended(keys), numbers(keys)])
}

fn of(keys: &Keys, subject: &[Vec<Attribute<'_>>]) -> Group {
    Group::new().gives("certificate", der::certificate(keys, subject))
}

fn plain(keys: &Keys) -> Group {
    let mut group = of(
        keys,
        &[
            vec![der::attribute(C, PRINTABLE, b"DE")],
            vec![der::attribute(O, UTF8, b"Example Bank")],
            vec![der::attribute(OU, UTF8, b"Payments")],
            vec![der::attribute(CN, UTF8, b"client-1")],
        ],
    )
    .valid("Same", "the last relative name first", "CN=client-1,OU=Payments,O=Example Bank,C=DE");
    for (what, text) in [
        ("spaces after the commas", "CN=client-1, OU=Payments, O=Example Bank, C=DE"),
        ("spaces around the equals signs", "CN = client-1,OU = Payments,O = Example Bank,C = DE"),
        ("spaces at both ends", " CN=client-1,OU=Payments,O=Example Bank,C=DE "),
        ("names of attributes in lower case", "cn=client-1,ou=Payments,o=Example Bank,c=DE"),
        (
            "names of attributes in full",
            "commonName=client-1,organizationalUnitName=Payments,organizationName=Example Bank,countryName=DE",
        ),
        ("names of attributes in dotted form", "2.5.4.3=client-1,2.5.4.11=Payments,2.5.4.10=Example Bank,2.5.4.6=DE"),
        ("OID. before dotted identifiers, as in RFC 2253", "OID.2.5.4.3=client-1,oid.2.5.4.11=Payments,O=Example Bank,C=DE"),
        ("values in another case", "CN=CLIENT-1,OU=payments,O=example BANK,C=de"),
        ("more spaces inside of a value", "CN=client-1,OU=Payments,O=Example    Bank,C=DE"),
        ("a letter as an escape", "CN=client-1,OU=\\50ayments,O=Example Bank,C=DE"),
        ("a value in hexadecimal DER", "CN=#0C08636C69656E742D31,OU=Payments,O=Example Bank,C=DE"),
        ("a value in hexadecimal DER of another string type", "CN=#1308636C69656E742D31,OU=Payments,O=Example Bank,C=DE"),
    ] {
        group = group.valid("Spelling", what, text);
    }
    for (flag, what, text) in [
        ("Order", "the relative names in the certificate's order", "C=DE,O=Example Bank,OU=Payments,CN=client-1"),
        ("Order", "two relative names swapped", "CN=client-1,O=Example Bank,OU=Payments,C=DE"),
        ("Order", "two relative names joined", "CN=client-1+OU=Payments,O=Example Bank,C=DE"),
        ("Other", "another common name", "CN=client-2,OU=Payments,O=Example Bank,C=DE"),
        ("Other", "a common name that is longer", "CN=client-11,OU=Payments,O=Example Bank,C=DE"),
        ("Other", "a common name that is cut off", "CN=client-,OU=Payments,O=Example Bank,C=DE"),
        ("Other", "the common name alone", "CN=client-1"),
        ("Other", "one relative name less", "CN=client-1,OU=Payments,O=Example Bank"),
        ("Other", "one more relative name", "CN=client-1,OU=Payments,O=Example Bank,C=DE,DC=example"),
        ("Other", "a relative name twice", "CN=client-1,CN=client-1,OU=Payments,O=Example Bank,C=DE"),
        ("Other", "two values swapped", "CN=Payments,OU=client-1,O=Example Bank,C=DE"),
        ("Other", "another attribute with the same value", "SN=client-1,OU=Payments,O=Example Bank,C=DE"),
        ("Other", "an asterisk", "CN=*,OU=Payments,O=Example Bank,C=DE"),
        ("Other", "a space inside of a word", "CN=client -1,OU=Payments,O=Example Bank,C=DE"),
        ("Other", "the space between two words removed", "CN=client-1,OU=Payments,O=ExampleBank,C=DE"),
        ("Other", "an empty value", "CN=,OU=Payments,O=Example Bank,C=DE"),
        ("Escape", "an escaped separator, which separates nothing", "CN=client-1\\,OU\\=Payments,O=Example Bank,C=DE"),
    ] {
        group = group.invalid(&DISTINGUISHED_NAME_MATCH, flag, what, text);
    }
    group = group.errors("invalid_client");
    for (what, text) in [
        ("nothing", ""),
        ("spaces", "   "),
        ("no equals sign", "client-1"),
        ("a comma at the end", "CN=client-1,"),
        ("a comma at the beginning", ",CN=client-1"),
        ("two commas", "CN=client-1,,C=DE"),
        ("a plus at the end", "CN=client-1+"),
        ("no name of an attribute", "=client-1"),
        ("a name of an unknown attribute", "COLOUR=blue"),
        ("a dotted number with a leading zero", "2.05.4.3=client-1"),
        ("a dotted number that ends in a dot", "2.5.4.3.=client-1"),
        ("a number without dot", "2=client-1"),
        ("OID. before a name", "OID.CN=client-1"),
        ("a text where only hexadecimal DER is defined", "x500UniqueIdentifier=client-1"),
        ("a semicolon between relative names, as in RFC 1779", "CN=client-1;C=DE"),
        ("a value in quotation marks, as in RFC 1779", "CN=\"client-1\",C=DE"),
        ("a slash between relative names, as OpenSSL writes them", "/C=DE/CN=client-1"),
        ("a less-than sign that is not escaped", "CN=client<1"),
        ("a NUL that is not escaped", "CN=client\u{0}1"),
        ("a backslash at the end", "CN=client-1\\"),
        ("an escape of one digit", "CN=client\\4"),
        ("an invalid escape", "CN=client\\zz"),
        ("escapes that are not UTF-8", "CN=client\\E9"),
        ("hexadecimal DER with an odd digit", "CN=#0C0861C"),
        ("hexadecimal DER with a letter that is not a digit", "CN=#0C01G1"),
        ("hexadecimal DER that is cut off", "CN=#0C08636C"),
        ("hexadecimal DER with octets after its value", "CN=#0C016100"),
        ("a number sign alone", "CN=#"),
        ("a line feed between name and value", "C\nN=client-1"),
        ("too long a text", "CN=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ] {
        let text = if what == "too long a text" { format!("CN={}", "a".repeat(2046)) } else { text.to_owned() };
        group = group.invalid(&CERTIFICATE_SUBJECT, "Syntax", what, text);
    }
    group.errors("invalid_client_metadata")
}

fn several(keys: &Keys) -> Group {
    of(
        keys,
        &[
            vec![der::attribute(O, UTF8, b"Example Bank")],
            vec![der::attribute(OU, UTF8, b"Payments"), der::attribute(CN, UTF8, b"client-1")],
        ],
    )
    .valid("Same", "two attributes in one relative name", "OU=Payments+CN=client-1,O=Example Bank")
    .valid("Order", "the attributes of one relative name in another order", "CN=client-1+OU=Payments,O=Example Bank")
    .valid("Spelling", "spaces around the plus", "CN=client-1 + OU=Payments,O=Example Bank")
    .invalid(
        &DISTINGUISHED_NAME_MATCH,
        "Order",
        "the attributes of one relative name as two",
        "CN=client-1,OU=Payments,O=Example Bank",
    )
    .invalid(&DISTINGUISHED_NAME_MATCH, "Other", "one of two attributes", "CN=client-1,O=Example Bank")
    .invalid(&DISTINGUISHED_NAME_MATCH, "Other", "one of two attributes twice", "CN=client-1+CN=client-1,O=Example Bank")
    .invalid(&DISTINGUISHED_NAME_MATCH, "Other", "a third attribute", "OU=Payments+CN=client-1+C=DE,O=Example Bank")
    .errors("invalid_client")
}

fn special(keys: &Keys) -> Group {
    of(
        keys,
        &[vec![der::attribute(O, UTF8, b" #1, \"Example\" + Sons; <a\\b> = ")], vec![der::attribute(CN, UTF8, b"# client ")]],
    )
    .valid(
        "Escape",
        "every character that must be escaped",
        "CN=\\# client\\ ,O=\\ #1\\, \\\"Example\\\" \\+ Sons\\; \\<a\\\\b\\> =\\ ",
    )
    .valid(
        "Escape",
        "every character that may be escaped, by its number",
        "CN=\\23\\20client\\20,O=\\20\\231\\2c \\22Example\\22 \\2B Sons\\3b \\3ca\\5Cb\\3e \\3d\\20",
    )
    .valid(
        "Spelling",
        "unnecessary spaces that are not escaped",
        "CN=\\# client,O=\\#1\\, \\\"Example\\\" \\+ Sons\\; \\<a\\\\b\\> =",
    )
    .invalid(
        &DISTINGUISHED_NAME_MATCH,
        "Escape",
        "the backslash removed",
        "CN=\\# client\\ ,O=\\ #1\\, \\\"Example\\\" \\+ Sons\\; \\<ab\\> =\\ ",
    )
    .errors("invalid_client")
}

fn types(keys: &Keys) -> Group {
    let wide = "a".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    of(
        keys,
        &[
            vec![der::attribute(C, PRINTABLE, b"DE")],
            vec![der::attribute(EMAIL, IA5, b"ops@client.example")],
            vec![der::attribute(O, T61, b"Example")],
            vec![der::attribute(OU, BMP, &wide)],
            vec![der::attribute(CN, UNIVERSAL, &[0, 1, 0xf5, 0x11])],
        ],
    )
    .valid("StringType", "strings of five types", "CN=\u{1f511},OU=a,O=Example,emailAddress=ops@client.example,C=DE")
    .valid("StringType", "strings of five types, by escapes", "CN=\\F0\\9F\\94\\91,OU=a,O=Example,E=ops@client.example,C=DE")
    .invalid(
        &DISTINGUISHED_NAME_MATCH,
        "StringType",
        "the octets of a string in place of its text",
        "CN=\u{1f511},OU=\\00a,O=Example,E=ops@client.example,C=DE",
    )
    .invalid(
        &DISTINGUISHED_NAME_MATCH,
        "Other",
        "another character outside of the BMP",
        "CN=\u{1f512},OU=a,O=Example,E=ops@client.example,C=DE",
    )
    .errors("invalid_client")
}

fn unknown(keys: &Keys) -> Group {
    of(
        keys,
        &[
            vec![der::attribute(PRIVATE, UTF8, b"Value")],
            vec![der::attribute(ORGANIZATION_ID, UTF8, b"PSDDE-BAFIN-123456")],
            vec![der::attribute(CN, OCTETS, b"\x01\x02")],
        ],
    )
    .valid(
        "StringType",
        "an unknown attribute and a value that is not a string",
        "CN=#04020102,organizationIdentifier=PSDDE-BAFIN-123456,1.3.6.1.4.1.99999.1=#0C0556616C7565",
    )
    .valid("StringType", "the text of an unknown attribute", "CN=#04020102,2.5.4.97=PSDDE-BAFIN-123456,1.3.6.1.4.1.99999.1=Value")
    .invalid(
        &DISTINGUISHED_NAME_MATCH,
        "StringType",
        "an unknown attribute, in another case",
        "CN=#04020102,2.5.4.97=PSDDE-BAFIN-123456,1.3.6.1.4.1.99999.1=VALUE",
    )
    .invalid(
        &DISTINGUISHED_NAME_MATCH,
        "StringType",
        "an unknown attribute, of another string type",
        "CN=#04020102,2.5.4.97=PSDDE-BAFIN-123456,1.3.6.1.4.1.99999.1=#130556616C7565",
    )
    .invalid(
        &DISTINGUISHED_NAME_MATCH,
        "StringType",
        "other octets of a value that is not a string",
        "CN=#04020103,2.5.4.97=PSDDE-BAFIN-123456,1.3.6.1.4.1.99999.1=Value",
    )
    .errors("invalid_client")
}

fn unicode(keys: &Keys) -> Group {
    of(keys, &[vec![der::attribute(O, UTF8, "B\u{fc}cher".as_bytes())], vec![der::attribute(CN, UTF8, "\u{430}dmin".as_bytes())]])
        .valid("Same", "letters beyond ASCII", "CN=\u{430}dmin,O=B\u{fc}cher")
        .valid("Spelling", "letters beyond ASCII in another case", "CN=\u{410}DMIN,O=B\u{dc}CHER")
        .valid("Escape", "letters beyond ASCII by their octets", "CN=\\D0\\B0dmin,O=B\\C3\\BCcher")
        .invalid(&DISTINGUISHED_NAME_MATCH, "Other", "a Latin letter in place of a Cyrillic one", "CN=admin,O=B\u{fc}cher")
        .invalid(&DISTINGUISHED_NAME_MATCH, "Other", "a letter without its accent", "CN=\u{430}dmin,O=Bucher")
        .errors("invalid_client")
}

fn domain(keys: &Keys) -> Group {
    of(
        keys,
        &[
            vec![der::attribute(DC, IA5, b"example")],
            vec![der::attribute(DC, IA5, b"client")],
            vec![der::attribute(CN, UTF8, b"a")],
        ],
    )
    .valid("Same", "domain components", "CN=a,DC=client,DC=example")
    .invalid(&DISTINGUISHED_NAME_MATCH, "Order", "domain components swapped", "CN=a,DC=example,DC=client")
    .invalid(&DISTINGUISHED_NAME_MATCH, "Other", "domain components joined by a dot", "CN=a,DC=client.example")
    .errors("invalid_client")
}

/// The subject of a certificate for extended validation, as open-finance ecosystems issue them.
fn extended(keys: &Keys) -> Group {
    let mut group = of(
        keys,
        &[
            vec![der::attribute(C, PRINTABLE, b"BR")],
            vec![der::attribute(O, UTF8, b"Banco Exemplo")],
            vec![der::attribute("2.5.4.5", PRINTABLE, b"00000000000191")],
            vec![der::attribute("0.9.2342.19200300.100.1.1", UTF8, b"0000-01")],
            vec![der::attribute("2.5.4.15", UTF8, b"Private Organization")],
            vec![der::attribute("1.3.6.1.4.1.311.60.2.1.3", PRINTABLE, b"BR")],
        ],
    );
    let rest = "UID=0000-01,serialNumber=00000000000191,O=Banco Exemplo,C=BR";
    let business = "businessCategory=Private Organization";
    for (flag, what, start) in [
        ("Same", "the short name of the jurisdiction's country", format!("jurisdictionC=BR,{business}")),
        ("Spelling", "its long name", format!("jurisdictionCountryName=BR,{business}")),
        ("Spelling", "its name in older guidelines", format!("jurisdictionOfIncorporationCountryName=BR,{business}")),
        ("Spelling", "its dotted identifier", format!("1.3.6.1.4.1.311.60.2.1.3=BR,{business}")),
        (
            "Spelling",
            "dotted identifiers with hexadecimal DER, as Open Finance Brasil writes them",
            "1.3.6.1.4.1.311.60.2.1.3=#13024252,2.5.4.15=#0c1450726976617465204f7267616e697a6174696f6e".to_owned(),
        ),
    ] {
        group = group.valid(flag, what, format!("{start},{rest}"));
    }
    for (flag, what, start) in [
        ("Other", "another jurisdiction", format!("jurisdictionC=PT,{business}")),
        ("Other", "the country in place of the jurisdiction's", format!("C=BR,{business}")),
        ("Other", "the jurisdiction's state in place of its country", format!("jurisdictionST=BR,{business}")),
        ("Order", "jurisdiction and category swapped", format!("{business},jurisdictionC=BR")),
    ] {
        group = group.invalid(&DISTINGUISHED_NAME_MATCH, flag, what, format!("{start},{rest}"));
    }
    group.errors("invalid_client")
}

/// Attributes whose rule is not that of text.
fn numbers(keys: &Keys) -> Group {
    of(
        keys,
        &[
            vec![der::attribute("2.5.4.24", NUMERIC, b"1234 5678")],
            vec![der::attribute("2.5.4.20", PRINTABLE, b"+49 69 1234-567")],
            vec![der::attribute("2.5.4.16", UTF8, b"Street 1$Frankfurt")],
        ],
    )
    .valid(
        "Same",
        "a number, a telephone number and an address",
        "postalAddress=Street 1$Frankfurt,telephoneNumber=\\+49 69 1234-567,x121Address=1234 5678",
    )
    .valid(
        "Spelling",
        "other spaces and hyphens",
        "postalAddress=street  1 $ frankfurt,telephoneNumber=\\+49-691234567,x121Address=12345678",
    )
    .invalid(
        &DISTINGUISHED_NAME_MATCH,
        "Other",
        "a hyphen in a number",
        "postalAddress=Street 1$Frankfurt,telephoneNumber=\\+49691234567,x121Address=1234-5678",
    )
    .invalid(
        &DISTINGUISHED_NAME_MATCH,
        "Other",
        "another telephone number",
        "postalAddress=Street 1$Frankfurt,telephoneNumber=\\+49691234568,x121Address=12345678",
    )
    .invalid(
        &DISTINGUISHED_NAME_MATCH,
        "Other",
        "the lines of an address swapped",
        "postalAddress=Frankfurt$Street 1,telephoneNumber=\\+49691234567,x121Address=12345678",
    )
    .errors("invalid_client")
}
