#!/usr/bin/env bash
# Makes the certificates with OpenSSL, and writes their subjects to names.txt as OpenSSL prints them in several formats.
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8

make() { # name, string mask, subject lines
    local name=$1 mask=$2
    printf '[req]\ndistinguished_name=dn\nprompt=no\nutf8=yes\nstring_mask=%s\n[dn]\n%s\n' "$mask" "$3" >"$name.cnf"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -days 36500 -config "$name.cnf" -out "$name.pem"
    rm "$name.cnf"
    echo "== $name"
    for options in RFC2253 RFC2253,-esc_msb,utf8,lname RFC2253,-esc_msb,oid RFC2253,dump_all esc_2253,esc_ctrl,utf8,sep_comma_plus_space,dn_rev,sname; do
        openssl x509 -in "$name.pem" -noout -subject -nameopt "$options" | sed "s/^subject=/$options: /"
    done
    openssl x509 -in "$name.pem" -noout -subject -nameopt esc_2253,utf8,sep_comma_plus,sname | sed 's/^subject=/in order: /'
}

{
make brazil utf8only 'C=BR
O=BANCO EXEMPLO S/A
ST=GO
L=Goiânia
OU=00000000-0000-4000-8000-000000000001
serialNumber=00000000000191
CN=api.bank.example
UID=00000000-0000-4000-8000-000000000000
businessCategory=Private Organization
jurisdictionCountryName=BR'
make united_kingdom default 'C=GB
O=Example, \"Bank\" + Sons
organizationIdentifier=PSDGB-FCA-123456
CN=0015800001HQQrZAAX'
make berlin_group nombstr 'jurisdictionCountryName=DE
jurisdictionStateOrProvinceName=Hessen
jurisdictionLocalityName=Frankfurt am Main
businessCategory=Private Organization
serialNumber=HRB 12345
C=DE
O=Example Bank AG
organizationIdentifier=PSDDE-BAFIN-123456
OU=Payments
+CN=tpp.example
emailAddress=tpp@example.de'
make attributes utf8only 'DC=example
telephoneNumber=+49 69 1234-567
x121Address=1234 5678
internationaliSDNNumber=49 69 123
postalAddress=Street 1\$Frankfurt
houseIdentifier=4 b
postOfficeBox=77
destinationIndicator=FFM
title=Dr.
GN=Ada
SN=Lovelace
initials=A
generationQualifier=II
pseudonym=Countess
dnQualifier=q
unstructuredName=a host
description=\# a test; <x> = y'
} >names.txt
