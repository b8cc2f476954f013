pool('workers') {
  size 2
  template {
    process {
      command 'true'
      restart never
      logs { rotate 1.MB, keep: 2 }
    }
  }
}
