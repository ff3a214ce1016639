//! The attributes that have names, and the rules by which their values are compared.

/// The rule that compares two values of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Ignores case and insignificant spaces (`caseIgnoreMatch`, `caseIgnoreIA5Match`).
    Text,
    /// Ignores spaces (`numericStringMatch`).
    Number,
    /// Ignores case, spaces and hyphens (`telephoneNumberMatch`).
    Telephone,
    /// Compares lines, which the text form separates by `$` (`caseIgnoreListMatch`).
    Lines,
    /// Compares octets, because the values are not strings. The text form has them in hexadecimal DER.
    Octets,
}

/// The name that is printed.
pub(super) fn short_name(kind: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(_, known, _)| *known == kind).map(|(name, ..)| *name)
}

/// The object identifier with this name, in any case.
pub(super) fn kind_of(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name)).map(|(_, kind, _)| *kind)
}

/// The rule of an attribute; `None` if it has no name.
pub(super) fn rule_of(kind: &str) -> Option<Rule> {
    KNOWN.iter().find(|(_, known, _)| *known == kind).map(|(.., rule)| *rule)
}

/// Names and rules. If an attribute has several names, the first one is printed.
const KNOWN: &[(&str, &str, Rule)] = &[
    // RFC 4519 2, with the names that RFC 4514, X.520 and common programs write for the same attributes.
    ("CN", "2.5.4.3", Rule::Text),
    ("commonName", "2.5.4.3", Rule::Text),
    ("SN", "2.5.4.4", Rule::Text),
    ("surname", "2.5.4.4", Rule::Text),
    ("serialNumber", "2.5.4.5", Rule::Text),
    ("C", "2.5.4.6", Rule::Text),
    ("countryName", "2.5.4.6", Rule::Text),
    ("L", "2.5.4.7", Rule::Text),
    ("localityName", "2.5.4.7", Rule::Text),
    ("ST", "2.5.4.8", Rule::Text),
    ("S", "2.5.4.8", Rule::Text),
    ("stateOrProvinceName", "2.5.4.8", Rule::Text),
    ("STREET", "2.5.4.9", Rule::Text),
    ("streetAddress", "2.5.4.9", Rule::Text),
    ("O", "2.5.4.10", Rule::Text),
    ("organizationName", "2.5.4.10", Rule::Text),
    ("OU", "2.5.4.11", Rule::Text),
    ("organizationalUnitName", "2.5.4.11", Rule::Text),
    ("title", "2.5.4.12", Rule::Text),
    ("T", "2.5.4.12", Rule::Text),
    ("description", "2.5.4.13", Rule::Text),
    ("searchGuide", "2.5.4.14", Rule::Octets),
    ("businessCategory", "2.5.4.15", Rule::Text),
    ("postalAddress", "2.5.4.16", Rule::Lines),
    ("postalCode", "2.5.4.17", Rule::Text),
    ("postOfficeBox", "2.5.4.18", Rule::Text),
    ("physicalDeliveryOfficeName", "2.5.4.19", Rule::Text),
    ("telephoneNumber", "2.5.4.20", Rule::Telephone),
    ("telexNumber", "2.5.4.21", Rule::Octets),
    ("teletexTerminalIdentifier", "2.5.4.22", Rule::Octets),
    ("facsimileTelephoneNumber", "2.5.4.23", Rule::Octets),
    ("x121Address", "2.5.4.24", Rule::Number),
    ("internationalISDNNumber", "2.5.4.25", Rule::Number),
    ("registeredAddress", "2.5.4.26", Rule::Lines),
    ("destinationIndicator", "2.5.4.27", Rule::Text),
    ("preferredDeliveryMethod", "2.5.4.28", Rule::Octets),
    ("member", "2.5.4.31", Rule::Octets),
    ("owner", "2.5.4.32", Rule::Octets),
    ("roleOccupant", "2.5.4.33", Rule::Octets),
    ("seeAlso", "2.5.4.34", Rule::Octets),
    ("userPassword", "2.5.4.35", Rule::Octets),
    ("name", "2.5.4.41", Rule::Text),
    ("givenName", "2.5.4.42", Rule::Text),
    ("GN", "2.5.4.42", Rule::Text),
    ("G", "2.5.4.42", Rule::Text),
    ("initials", "2.5.4.43", Rule::Text),
    ("generationQualifier", "2.5.4.44", Rule::Text),
    ("x500UniqueIdentifier", "2.5.4.45", Rule::Octets),
    ("dnQualifier", "2.5.4.46", Rule::Text),
    ("enhancedSearchGuide", "2.5.4.47", Rule::Octets),
    ("distinguishedName", "2.5.4.49", Rule::Octets),
    ("uniqueMember", "2.5.4.50", Rule::Octets),
    ("houseIdentifier", "2.5.4.51", Rule::Text),
    ("UID", "0.9.2342.19200300.100.1.1", Rule::Text),
    ("userId", "0.9.2342.19200300.100.1.1", Rule::Text),
    ("DC", "0.9.2342.19200300.100.1.25", Rule::Text),
    ("domainComponent", "0.9.2342.19200300.100.1.25", Rule::Text),
    // RFC 4524, and PKCS #9 (RFC 2985 5).
    ("mail", "0.9.2342.19200300.100.1.3", Rule::Text),
    ("rfc822Mailbox", "0.9.2342.19200300.100.1.3", Rule::Text),
    ("uniqueIdentifier", "0.9.2342.19200300.100.1.44", Rule::Text),
    ("emailAddress", "1.2.840.113549.1.9.1", Rule::Text),
    ("E", "1.2.840.113549.1.9.1", Rule::Text),
    ("unstructuredName", "1.2.840.113549.1.9.2", Rule::Text),
    ("unstructuredAddress", "1.2.840.113549.1.9.8", Rule::Text),
    // Certificates of persons and organizations: RFC 3739 3.1.2 and ETSI EN 319 412.
    ("dmdName", "2.5.4.54", Rule::Text),
    ("pseudonym", "2.5.4.65", Rule::Text),
    ("role", "2.5.4.72", Rule::Text),
    ("organizationIdentifier", "2.5.4.97", Rule::Text),
    ("dateOfBirth", "1.3.6.1.5.5.7.9.1", Rule::Octets),
    ("placeOfBirth", "1.3.6.1.5.5.7.9.2", Rule::Text),
    ("gender", "1.3.6.1.5.5.7.9.3", Rule::Text),
    ("countryOfCitizenship", "1.3.6.1.5.5.7.9.4", Rule::Text),
    ("countryOfResidence", "1.3.6.1.5.5.7.9.5", Rule::Text),
    // Extended validation: the short and long names that OpenSSL has, and those of the older guidelines.
    ("jurisdictionL", "1.3.6.1.4.1.311.60.2.1.1", Rule::Text),
    ("jurisdictionLocalityName", "1.3.6.1.4.1.311.60.2.1.1", Rule::Text),
    ("jurisdictionOfIncorporationLocalityName", "1.3.6.1.4.1.311.60.2.1.1", Rule::Text),
    ("jurisdictionST", "1.3.6.1.4.1.311.60.2.1.2", Rule::Text),
    ("jurisdictionStateOrProvinceName", "1.3.6.1.4.1.311.60.2.1.2", Rule::Text),
    ("jurisdictionOfIncorporationStateOrProvinceName", "1.3.6.1.4.1.311.60.2.1.2", Rule::Text),
    ("jurisdictionC", "1.3.6.1.4.1.311.60.2.1.3", Rule::Text),
    ("jurisdictionCountryName", "1.3.6.1.4.1.311.60.2.1.3", Rule::Text),
    ("jurisdictionOfIncorporationCountryName", "1.3.6.1.4.1.311.60.2.1.3", Rule::Text),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_one_attribute_and_an_attribute_has_one_rule() {
        for (at, (name, kind, rule)) in KNOWN.iter().enumerate() {
            let earlier = &KNOWN[..at];
            assert!(!earlier.iter().any(|(other, ..)| other.eq_ignore_ascii_case(name)), "{name}");
            assert!(earlier.iter().all(|(_, other, same)| other != kind || same == rule), "{name}");
            assert_eq!((kind_of(&name.to_lowercase()), rule_of(kind)), (Some(*kind), Some(*rule)));
        }
    }
}
