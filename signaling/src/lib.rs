//! Brokers WebRTC meetings over WebSocket.
