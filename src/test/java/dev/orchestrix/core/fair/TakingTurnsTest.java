package dev.orchestrix.core.fair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TakingTurnsTest {
  private static final List<Integer> WEIGHTS = List.of(8, 3, 1);

  @Test
  void a_whole_round_gives_every_line_its_weight() {
    assertThat(new Turns(WEIGHTS).divide(12)).containsExactly(8, 3, 1);
    assertThat(new Turns(WEIGHTS).divide(1200)).containsExactly(800, 300, 100);
  }

  @Test
  void nothing_is_divided_into_nothing() {
    assertThat(new Turns(WEIGHTS).divide(0)).containsExactly(0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 11, 12, 13, 64, 199, 500})
  void the_shares_hold_for_any_amount_at_once(int amount) {
    assertShares(WEIGHTS, () -> amount);
  }

  @Test
  void the_shares_hold_for_amounts_and_weights_of_all_sizes() {
    var random = new Random(7);
    for (int round = 0; round < 200; round++) {
      var weights = random.ints(1 + random.nextInt(6), 1, 101).boxed().toList();
      int most = 1 + random.nextInt(300);

      assertShares(weights, () -> random.nextInt(most + 1));
    }
  }

  @Test
  void the_lightest_line_is_never_passed_over_for_two_rounds() {
    var turns = new Turns(WEIGHTS);
    int passed = 0;
    for (int place = 0; place < 100_000; place++) {
      passed = turns.divide(1)[2] == 1 ? 0 : passed + 1;
      assertThat(passed).isLessThan(24);
    }
  }

  @Test
  void a_line_a_hundred_times_lighter_gets_its_turn_as_well() {
    var turns = new Turns(List.of(100, 100, 1));
    int passed = 0;
    for (int place = 0; place < 100_000; place++) {
      passed = turns.divide(1)[2] == 1 ? 0 : passed + 1;
      assertThat(passed).isLessThan(402);
    }
  }

  /** At no time does a line have more than a few places beside what it is due. */
  private static void assertShares(List<Integer> weights, IntSupplier amounts) {
    var turns = new Turns(weights);
    var given = new long[weights.size()];
    double sum = weights.stream().mapToInt(Integer::intValue).sum();
    long total = 0;
    for (int call = 0; call < 2_000; call++) {
      int amount = amounts.getAsInt();
      var divided = turns.divide(amount);
      total += amount;
      assertThat(Arrays.stream(divided).sum()).isEqualTo(amount);
      assertThat(Arrays.stream(divided).min().orElseThrow()).isNotNegative();
      double furthest = 0;
      for (int line = 0; line < given.length; line++) {
        given[line] += divided[line];
        furthest = Math.max(furthest, Math.abs(given[line] - total * weights.get(line) / sum));
      }
      assertThat(furthest).as("weights %s", weights).isLessThan(weights.size());
    }
  }
}
