%% What OTP takes for the work of FunctionBench: children of one supervisor, started, crashed once
%% each and restarted. `erl -noshell -s function_bench run 100000`.
-module(function_bench).
-behaviour(supervisor).
-export([run/1, init/1, child/1, live/1]).

init([]) ->
    Child = #{id => child, start => {?MODULE, child, []}, restart => permanent},
    {ok, {#{strategy => simple_one_for_one, intensity => 1000000000, period => 1}, [Child]}}.

child(Bench) -> {ok, proc_lib:spawn_link(?MODULE, live, [Bench])}.

live(Bench) ->
    Bench ! started,
    receive crash -> exit(crash) end.

started(0) -> ok;
started(N) -> receive started -> started(N - 1) end.

run([Count]) ->
    N = list_to_integer(atom_to_list(Count)),
    logger:set_primary_config(level, none),
    {ok, Supervisor} = supervisor:start_link(?MODULE, []),
    Before = erlang:memory(total),
    {Start, ok} = timer:tc(fun() ->
        lists:foreach(fun(_) -> {ok, _} = supervisor:start_child(Supervisor, [self()]) end,
                      lists:seq(1, N)),
        started(N)
    end),
    erlang:garbage_collect(Supervisor),
    Bytes = (erlang:memory(total) - Before) div N,
    Children = [Pid || {_, Pid, _, _} <- supervisor:which_children(Supervisor)],
    {Restart, ok} = timer:tc(fun() -> [Pid ! crash || Pid <- Children], started(N) end),
    io:format("otp       n=~b start_us_each=~.2f bytes_each=~b restart_us_each=~.2f~n",
              [N, Start / N, Bytes, Restart / N]),
    erlang:halt(0).
