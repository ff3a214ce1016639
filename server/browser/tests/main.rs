//! The pages in Chromium: a user reaches the application, or reads what happened and what to do.

mod support;

mod appearance;
mod double_clicks;
mod interruptions;
mod reaching_the_application;
