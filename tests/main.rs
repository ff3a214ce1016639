//! The library's behaviours, one module each, in a single program, because linking dozens of them would take longer than
//! running them.

mod support;

mod access_tokens_are_bound_to_their_sender;
mod any_request_is_answered;
#[cfg(feature = "async-drive")]
mod asynchronous_hosts_are_driven_alike;
mod authorization_requests_without_push;
mod client_authentication_by_certificate;
mod client_authentication_by_private_key_jwt;
mod client_authentication_by_secret;
mod client_certificates_are_known_by_subject;
mod client_keys_by_jwks_uri_are_fetched_again_once;
mod clients_act_for_themselves;
mod clients_that_cannot_work_are_not_enrolled;
mod code_flow;
mod codes_are_bound_to_dpop_keys;
mod codes_are_redeemed_once_by_their_client;
mod credentials_are_not_shown;
mod decisions_are_functions;
mod distinguished_names_are_compared_by_structure;
mod dpop_proofs_are_checked;
mod error_bodies;
mod exchange_invariants;
mod forms_and_credentials_mean_what_others_read;
mod harness_finds_flawed_fetchers;
mod harness_finds_flawed_stores;
mod id_tokens_tell_what_they_must;
mod interactions_belong_to_one_browser;
mod introspection_and_revocation;
mod key_sets_skip_what_they_cannot_use;
mod keys_that_are_unsafe_are_refused;
mod life_cycle;
mod metadata_documents;
mod nothing_is_told_unless_it_is_stored;
mod policies_form_a_lattice;
mod policy_table;
mod pushed_requests_are_checked;
mod readme_is_true;
mod redirect_uris_are_compared_exactly;
mod refresh_tokens_belong_to_their_client;
mod refusals_that_write;
mod requests_are_limited_before_they_are_read;
mod resources_are_protected;
mod settings_that_cannot_work_are_refused;
mod signatures_verify_by_one_key_and_algorithm;
mod subject_revocation;
mod the_library_has_no_runtime;
mod the_registry_is_complete;
mod the_registry_is_consistent;
mod thumbprints_name_keys;
mod transitions;
mod userinfo_tells_what_was_granted;
mod users_are_asked_when_they_must_be;
mod vectors_are_judged_alike;
mod what_was_checked_before_must_still_hold;
