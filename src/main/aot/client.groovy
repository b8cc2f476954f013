// The instance that bin/aot's client asks while the JVM takes notes.
process('web') {
  shell 'echo hello; exec sleep 60'
  labels tier: 'web'
}
pool('workers') {
  size 1
  template { process { command 'sleep', '60' } }
}
