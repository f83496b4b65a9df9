//! Scripts: what happens, and what the meeting does about it, as snapshots to read.

mod audience;
mod backup;
mod calling;
mod data;
mod dynacast;
mod joining;
mod leaving;
mod limits;
mod metadata;
mod moderating;
mod moving;
mod muting;
mod negotiating;
mod news;
mod order;
mod permissions;
mod polls;
mod publishing;
mod quality;
mod receivers;
mod report;
mod resuming;
mod speakers;
mod stage;
mod subscribing;
mod tokens;
