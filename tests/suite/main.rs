mod architecture;
mod check;
mod demo;
mod docs;
mod round_trips;
mod scenarios;
mod tool;
