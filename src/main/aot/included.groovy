pool('workers') {
  size 2
  template {
    process {
      command 'true'
      restart never
      logs { file 'workers.log'; rotate 1.MB, keep: 2 }
    }
  }
}
