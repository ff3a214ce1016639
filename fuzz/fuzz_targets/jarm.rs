#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    fapi_fuzz::run("jarm", input);
});
